package judges;

import java.util.List;

/** A verdict of ETSI EN 319 102-1 with its reason; {@code subIndication} is null when it passed. */
record Verdict(Outcome outcome, String subIndication, String reason) {
    enum Outcome {
        PASSED,
        INDETERMINATE,
        FAILED
    }

    static final Verdict PASSED = new Verdict(Outcome.PASSED, null, null);

    static Verdict indeterminate(String subIndication, String reason) {
        return new Verdict(Outcome.INDETERMINATE, subIndication, reason);
    }

    static Verdict failed(String subIndication, String reason) {
        return new Verdict(Outcome.FAILED, subIndication, reason);
    }

    boolean hasPassed() {
        return outcome == Outcome.PASSED;
    }

    /** Returns the word for a timestamp. */
    String indication() {
        return outcome.name();
    }

    /** Returns the word for a signature: only an indeterminate one is not total. */
    String totalIndication() {
        return outcome == Outcome.INDETERMINATE ? indication() : "TOTAL-" + indication();
    }

    List<String> errors() {
        return hasPassed() ? List.of() : List.of(subIndication + ": " + reason);
    }
}
