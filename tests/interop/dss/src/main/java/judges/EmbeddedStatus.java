package judges;

import java.util.Comparator;
import java.util.Date;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CRLEntryHolder;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;

/**
 * The status of a certificate, from responses and lists that a document embeds.
 *
 * <ol>
 *   <li>A response counts if its issuer signed it, or somebody whom the issuer certified to answer
 *       for it and who was valid then (RFC 6960, 4.2.2.2).
 *   <li>A list counts if the issuer signed it (RFC 5280, 6.3.3, complete lists only).
 *   <li>Either must cover the moment in question with its next update, if it names one.
 *   <li>Of several the newest decides.
 * </ol>
 */
record EmbeddedStatus(String source, Date revokedAt, Date thisUpdate) {
    private static final DigestCalculatorProvider DIGESTS = new BcDigestCalculatorProvider();

    static Optional<EmbeddedStatus> of(
            X509CertificateHolder certificate,
            X509CertificateHolder issuer,
            EmbeddedMaterial material,
            Date at) {
        Stream<EmbeddedStatus> responses = material.responses().stream()
                .filter(response -> isAnswerOf(issuer, response))
                .flatMap(response -> Stream.of(response.getResponses()))
                .filter(single -> isAbout(certificate, issuer, single.getCertID()))
                .filter(single -> covers(single.getNextUpdate(), at))
                .map(EmbeddedStatus::of);
        Stream<EmbeddedStatus> lists = material.lists().stream()
                .filter(list -> list.getIssuer().equals(certificate.getIssuer()))
                .filter(list -> covers(list.getNextUpdate(), at))
                .filter(list -> Certificates.isSigned(list, issuer))
                .map(list -> of(list, certificate));
        return Stream.concat(responses, lists)
                .max(Comparator.comparing(EmbeddedStatus::thisUpdate));
    }

    private static EmbeddedStatus of(SingleResp single) {
        Date revokedAt =
                single.getCertStatus() instanceof RevokedStatus revoked
                        ? revoked.getRevocationTime()
                        : null;
        return new EmbeddedStatus("ocsp", revokedAt, single.getThisUpdate());
    }

    private static EmbeddedStatus of(X509CRLHolder list, X509CertificateHolder certificate) {
        X509CRLEntryHolder entry = list.getRevokedCertificate(certificate.getSerialNumber());
        Date revokedAt = entry == null ? null : entry.getRevocationDate();
        return new EmbeddedStatus("crl", revokedAt, list.getThisUpdate());
    }

    private static boolean covers(Date nextUpdate, Date at) {
        return nextUpdate == null || !nextUpdate.before(at);
    }

    private static boolean isAbout(
            X509CertificateHolder certificate, X509CertificateHolder issuer, CertificateID id) {
        try {
            return id.getSerialNumber().equals(certificate.getSerialNumber())
                    && id.matchesIssuer(issuer, DIGESTS);
        } catch (OCSPException error) {
            return false;
        }
    }

    private static boolean isAnswerOf(X509CertificateHolder issuer, BasicOCSPResp response) {
        return Stream.concat(Stream.of(issuer), Stream.of(response.getCerts()))
                .filter(one -> one.equals(issuer) || isResponder(one, issuer, response))
                .anyMatch(one -> Certificates.isSigned(response, one));
    }

    private static boolean isResponder(
            X509CertificateHolder candidate, X509CertificateHolder issuer, BasicOCSPResp response) {
        Extension purposes = candidate.getExtension(Extension.extendedKeyUsage);
        return purposes != null
                && ExtendedKeyUsage.getInstance(purposes.getParsedValue())
                        .hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning)
                && candidate.isValidOn(response.getProducedAt())
                && Certificates.isSigned(candidate, issuer);
    }
}
