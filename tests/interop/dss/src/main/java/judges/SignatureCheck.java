package judges;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignerDigestMismatchException;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampToken;

/**
 * Judges one PAdES signature (ETSI EN 319 142-1, 6; EN 319 102-1, 5.6.3 in short).
 *
 * <ol>
 *   <li>The signed digest is that of the ByteRange, the signature is the signer's, and the signed
 *       attributes name the signer's certificate.
 *   <li>The best signature time is that of the oldest timestamp that passes, or else now.
 *   <li>The signer's chain is judged at that time.
 *   <li>The level is what the document holds for this signature, whatever it calls itself.
 * </ol>
 */
final class SignatureCheck {
    private final CMSSignedData container;
    private final SignerInformation signer;
    private final X509CertificateHolder certificate;
    private final List<TimestampCheck> timestamps = new ArrayList<>();
    private final List<TimestampCheck> documentTimestamps;
    private final ChainCheck chains;

    /** {@code documentTimestamps} are those that cover this signature. */
    SignatureCheck(
            CMSSignedData container, ChainCheck chains, List<TimestampCheck> documentTimestamps)
            throws GeneralSecurityException, IOException, TSPException, CMSException {
        this.container = container;
        this.chains = chains;
        this.documentTimestamps = documentTimestamps;
        signer = container.getSignerInfos().getSigners().iterator().next();
        certificate = Certificates.signer(signer.getSID(), container.getCertificates());
        Date provenLater = best(documentTimestamps.stream());
        for (TimeStampToken token : tokens(signer.getUnsignedAttributes())) {
            timestamps.add(TimestampCheck.of(token, signer.getSignature(), chains, provenLater));
        }
    }

    Judgement.Signature shown(List<String> warnings) throws GeneralSecurityException {
        Date bestTime = best(Stream.concat(timestamps.stream(), documentTimestamps.stream()));
        ChainCheck.Finding chain =
                chains.finding(certificate, container.getCertificates(), bestTime);
        Verdict own = signatureVerdict();
        Verdict verdict = own.hasPassed() ? chain.verdict() : own;
        return new Judgement.Signature(
                verdict.totalIndication(),
                verdict.subIndication(),
                level(chain),
                ChainCheck.name(certificate),
                bestTime.toInstant().toString(),
                chain.statuses(),
                timestamps.stream().map(TimestampCheck::shown).toList(),
                verdict.errors(),
                warnings,
                List.of());
    }

    private Verdict signatureVerdict() throws GeneralSecurityException {
        try {
            boolean isSigners = signer.verify(new JcaSimpleSignerInfoVerifierBuilder()
                    .setProvider(Certificates.PROVIDER)
                    .build(certificate));
            return isSigners && namesCertificate()
                    ? Verdict.PASSED
                    : Verdict.failed("SIG_CRYPTO_FAILURE", "not by the certificate that it names");
        } catch (CMSSignerDigestMismatchException error) {
            return Verdict.failed("HASH_FAILURE", error.getMessage());
        } catch (CMSException | OperatorCreationException error) {
            return Verdict.failed("SIG_CRYPTO_FAILURE", error.getMessage());
        }
    }

    /** RFC 5035, 5.4: the first identifier is that of the signer's certificate. */
    private boolean namesCertificate() throws GeneralSecurityException {
        Attribute named =
                signer.getSignedAttributes().get(PKCSObjectIdentifiers.id_aa_signingCertificateV2);
        if (named == null) {
            return false;
        }
        ESSCertIDv2 first =
                SigningCertificateV2.getInstance(named.getAttributeValues()[0]).getCerts()[0];
        String algorithm = first.getHashAlgorithm().getAlgorithm().getId();
        MessageDigest digest = MessageDigest.getInstance(algorithm, Certificates.PROVIDER);
        return MessageDigest.isEqual(digest.digest(encoded(certificate)), first.getCertHash());
    }

    private String level(ChainCheck.Finding chain) {
        boolean stamped = timestamps.stream().anyMatch(SignatureCheck::isIntact);
        boolean complete = stamped
                && chain.hasAllStatuses()
                && timestamps.stream().allMatch(one -> one.chain().hasAllStatuses());
        boolean archived =
                complete && documentTimestamps.stream().anyMatch(SignatureCheck::isIntact);
        String level = archived ? "LTA" : complete ? "LT" : stamped ? "T" : "B";
        return "PAdES-BASELINE-" + level;
    }

    private static boolean isIntact(TimestampCheck timestamp) {
        return timestamp.verdict().outcome() != Verdict.Outcome.FAILED;
    }

    private static Date best(Stream<TimestampCheck> timestamps) {
        return timestamps
                .filter(one -> one.verdict().hasPassed())
                .map(TimestampCheck::time)
                .min(Date::compareTo)
                .orElseGet(Date::new);
    }

    private static List<TimeStampToken> tokens(AttributeTable unsigned)
            throws IOException, TSPException, CMSException {
        List<TimeStampToken> tokens = new ArrayList<>();
        if (unsigned == null) {
            return tokens;
        }
        var found = unsigned.getAll(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken);
        for (int i = 0; i < found.size(); i++) {
            for (ASN1Encodable value : Attribute.getInstance(found.get(i)).getAttributeValues()) {
                byte[] token = value.toASN1Primitive().getEncoded();
                tokens.add(new TimeStampToken(new CMSSignedData(token)));
            }
        }
        return tokens;
    }

    private static byte[] encoded(X509CertificateHolder certificate) {
        try {
            return certificate.getEncoded();
        } catch (IOException error) {
            throw new IllegalStateException(error);
        }
    }
}
