package judges;

import eu.europa.esig.dss.diagnostic.CertificateRevocationWrapper;
import eu.europa.esig.dss.diagnostic.CertificateWrapper;
import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.enumerations.SubIndication;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Date;
import java.util.List;

/**
 * EU DSS under its default policy, offline: no issuer, list or response is fetched. Of its two
 * opinions only the technical one (AdES) is reported; the other, whether a signature is qualified
 * under eIDAS, needs the European trusted lists.
 */
final class DssJudge implements Judge {
    private final CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();

    DssJudge(List<Path> rootFiles) {
        for (Path file : rootFiles) {
            roots.addCertificate(DSSUtils.loadCertificate(file.toFile()));
        }
    }

    @Override
    public Judgement judge(Path document) {
        SignedDocumentValidator validator =
                SignedDocumentValidator.fromDocument(new FileDocument(document.toFile()));
        validator.setCertificateVerifier(offline());
        return new Reading(validator.validateDocument()).judgement(document);
    }

    private CommonCertificateVerifier offline() {
        boolean withoutSources = true;
        CommonCertificateVerifier verifier = new CommonCertificateVerifier(withoutSources);
        verifier.setTrustedCertSources(roots);
        return verifier;
    }

    /** The reports of one validation, put into our words. */
    private static final class Reading {
        private final SimpleReport report;
        private final DiagnosticData facts;

        Reading(Reports reports) {
            report = reports.getSimpleReport();
            facts = reports.getDiagnosticData();
        }

        Judgement judgement(Path document) {
            return new Judgement(
                    document.toString(),
                    report.getSignatureIdList().stream().map(this::signature).toList(),
                    timestamps(facts.getTimestampList(), true));
        }

        private Judgement.Signature signature(String id) {
            return new Judgement.Signature(
                    text(report.getIndication(id)),
                    text(report.getSubIndication(id)),
                    report.getSignatureFormat(id).toString(),
                    report.getSignedBy(id),
                    time(report.getBestSignatureTime(id)),
                    statuses(facts.getSignatureById(id).getCertificateChain()),
                    timestamps(facts.getSignatureById(id).getTimestampList(), false),
                    texts(report.getAdESValidationErrors(id)),
                    texts(report.getAdESValidationWarnings(id)),
                    texts(report.getAdESValidationInfo(id)));
        }

        private List<Judgement.Timestamp> timestamps(
                List<TimestampWrapper> all, boolean ofDocument) {
            return all.stream()
                    .filter(one -> ofDocument == one.getType().isDocumentTimestamp())
                    .sorted(Comparator.comparing(TimestampWrapper::getProductionTime))
                    .map(this::timestamp)
                    .toList();
        }

        private Judgement.Timestamp timestamp(TimestampWrapper timestamp) {
            String id = timestamp.getId();
            return new Judgement.Timestamp(
                    text(report.getIndication(id)),
                    text(report.getSubIndication(id)),
                    time(timestamp.getProductionTime()),
                    report.getProducedBy(id),
                    statuses(timestamp.getCertificateChain()),
                    texts(report.getAdESValidationErrors(id)),
                    texts(report.getAdESValidationWarnings(id)),
                    texts(report.getAdESValidationInfo(id)));
        }
    }

    private static List<Judgement.Status> statuses(List<CertificateWrapper> chain) {
        return chain.stream().filter(one -> !one.isTrusted()).map(DssJudge::status).toList();
    }

    private static Judgement.Status status(CertificateWrapper certificate) {
        String subject = certificate.getCommonName();
        return certificate.getCertificateRevocationData().stream()
                .max(Comparator.comparing(CertificateRevocationWrapper::getThisUpdate))
                .map(one -> new Judgement.Status(
                        subject,
                        one.getRevocationType().toString().toLowerCase(),
                        one.isRevoked(),
                        time(one.getThisUpdate())))
                .orElse(new Judgement.Status(subject, "none", false, null));
    }

    private static String text(Indication indication) {
        return indication == null ? null : indication.name().replace('_', '-');
    }

    private static String text(SubIndication subIndication) {
        return subIndication == null ? null : subIndication.name();
    }

    private static List<String> texts(List<Message> messages) {
        return messages.stream().map(one -> one.getKey() + ": " + one.getValue()).toList();
    }

    private static String time(Date moment) {
        return moment == null ? null : moment.toInstant().toString();
    }
}
