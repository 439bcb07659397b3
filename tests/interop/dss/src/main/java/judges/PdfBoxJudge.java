package judges;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampToken;

/** PDFBox reads the document, Bouncy Castle verifies what is in it; the rules are ours. */
final class PdfBoxJudge implements Judge {
    private static final String PADES = "ETSI.CAdES.detached";
    private static final String DOCUMENT_TIMESTAMP = "ETSI.RFC3161";

    private final List<X509CertificateHolder> roots = new ArrayList<>();

    PdfBoxJudge(List<Path> rootFiles) throws IOException {
        Security.addProvider(new BouncyCastleProvider());
        for (Path file : rootFiles) {
            roots.add(Certificates.read(file));
        }
    }

    @Override
    public Judgement judge(Path file)
            throws IOException,
                    GeneralSecurityException,
                    CMSException,
                    TSPException,
                    OCSPException {
        byte[] pdf = Files.readAllBytes(file);
        try (PDDocument document = Loader.loadPDF(pdf)) {
            ChainCheck chains = new ChainCheck(roots, EmbeddedMaterial.of(document));
            return new Reading(pdf, document, chains).judgement(file);
        }
    }

    /** One document, opened. */
    private record Reading(byte[] pdf, PDDocument document, ChainCheck chains) {

        Judgement judgement(Path file)
                throws IOException, GeneralSecurityException, CMSException, TSPException {
            List<Judgement.Signature> signatures = new ArrayList<>();
            for (PDSignature signature : inOrder(PADES)) {
                List<TimestampCheck> later = documentTimestamps(end(signature));
                signatures.add(new SignatureCheck(container(signature), chains, later)
                        .shown(Pages.changes(pdf, end(signature))));
            }
            return new Judgement(
                    file.toString(),
                    signatures,
                    documentTimestamps(0).stream().map(TimestampCheck::shown).toList());
        }

        /** Returns the document timestamps over more than the first {@code end} bytes. */
        private List<TimestampCheck> documentTimestamps(int end)
                throws IOException, GeneralSecurityException, CMSException, TSPException {
            List<TimestampCheck> timestamps = new ArrayList<>();
            for (PDSignature one : inOrder(DOCUMENT_TIMESTAMP)) {
                if (end(one) > end) {
                    CMSSignedData token = new CMSSignedData(one.getContents(pdf));
                    byte[] stamped = one.getSignedContent(pdf);
                    timestamps.add(TimestampCheck.of(
                            new TimeStampToken(token), stamped, chains, new Date()));
                }
            }
            return timestamps;
        }

        private List<PDSignature> inOrder(String subFilter) {
            return document.getSignatureDictionaries().stream()
                    .filter(one -> subFilter.equals(one.getSubFilter()))
                    .sorted(Comparator.comparing(Reading::end))
                    .toList();
        }

        private CMSSignedData container(PDSignature signature) throws IOException, CMSException {
            return new CMSSignedData(
                    new CMSProcessableByteArray(signature.getSignedContent(pdf)),
                    signature.getContents(pdf));
        }

        private static int end(PDSignature signature) {
            int[] byteRange = signature.getByteRange();
            return byteRange[2] + byteRange[3];
        }
    }
}
