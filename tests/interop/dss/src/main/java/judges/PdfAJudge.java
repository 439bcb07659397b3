package judges;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.verapdf.core.EncryptedPdfException;
import org.verapdf.core.ModelParsingException;
import org.verapdf.core.ValidationException;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** veraPDF: whether a document is the PDF/A that it says it is. */
final class PdfAJudge implements Judge {
    /** {@code flavour} is what the document says of itself, such as 2b. */
    record Conformance(String file, String flavour, boolean compliant, List<String> failures) {}

    PdfAJudge() {
        VeraGreenfieldFoundryProvider.initialise();
    }

    @Override
    public Conformance judge(Path document)
            throws IOException, ModelParsingException, EncryptedPdfException, ValidationException {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(document.toFile())) {
            boolean onlyFailures = false;
            PDFAValidator validator =
                    Foundries.defaultInstance().createValidator(parser.getFlavour(), onlyFailures);
            ValidationResult result = validator.validate(parser);
            List<String> failures =
                    result.getTestAssertions().stream().map(PdfAJudge::text).distinct().toList();
            return new Conformance(
                    document.toString(),
                    parser.getFlavour().getId(),
                    result.isCompliant(),
                    failures);
        }
    }

    private static String text(TestAssertion failed) {
        return failed.getRuleId().getClause() + ": " + failed.getMessage();
    }
}
