package judges;

import java.util.List;

/** What a judge of signatures says of one document; words of ETSI EN 319 102-1. */
record Judgement(String file, List<Signature> signatures, List<Timestamp> documentTimestamps) {

    /** One signature, its own timestamps included. Times are RFC 3339, or null where unproven. */
    record Signature(
            String indication,
            String subIndication,
            String level,
            String signer,
            String bestSignatureTime,
            List<Status> statuses,
            List<Timestamp> timestamps,
            List<String> errors,
            List<String> warnings,
            List<String> infos) {}

    /** One timestamp. */
    record Timestamp(
            String indication,
            String subIndication,
            String time,
            String authority,
            List<Status> statuses,
            List<String> errors,
            List<String> warnings,
            List<String> infos) {}

    /** The embedded revocation data of one certificate; {@code source} is crl, ocsp or none. */
    record Status(String subject, String source, boolean revoked, String thisUpdate) {}
}
