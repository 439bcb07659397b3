package judges;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Date;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampToken;

/**
 * Judges a time-stamp token (RFC 3161): its imprint is that of {@code stamped}; its signature, its
 * certificate's sole purpose and its certificate identifier are right (2.4.2); its chain is good.
 */
record TimestampCheck(TimeStampToken token, Verdict verdict, ChainCheck.Finding chain) {

    static TimestampCheck of(TimeStampToken token, byte[] stamped, ChainCheck chains, Date at)
            throws GeneralSecurityException {
        ChainCheck.Finding chain = chains.finding(signer(token), token.getCertificates(), at);
        return new TimestampCheck(token, verdict(token, stamped, chain), chain);
    }

    private static Verdict verdict(TimeStampToken token, byte[] stamped, ChainCheck.Finding chain)
            throws GeneralSecurityException {
        if (!isImprint(token, stamped)) {
            return Verdict.failed("HASH_FAILURE", "the token is over other bytes");
        }
        try {
            token.validate(new JcaSimpleSignerInfoVerifierBuilder()
                    .setProvider(Certificates.PROVIDER)
                    .build(signer(token)));
        } catch (TSPException | OperatorCreationException error) {
            return Verdict.failed("SIG_CRYPTO_FAILURE", error.getMessage());
        }
        return chain.verdict();
    }

    private static boolean isImprint(TimeStampToken token, byte[] stamped)
            throws GeneralSecurityException {
        String algorithm = token.getTimeStampInfo().getMessageImprintAlgOID().getId();
        byte[] digest = MessageDigest.getInstance(algorithm, Certificates.PROVIDER).digest(stamped);
        return MessageDigest.isEqual(digest, token.getTimeStampInfo().getMessageImprintDigest());
    }

    private static X509CertificateHolder signer(TimeStampToken token) {
        return Certificates.signer(token.getSID(), token.getCertificates());
    }

    Date time() {
        return token.getTimeStampInfo().getGenTime();
    }

    Judgement.Timestamp shown() {
        return new Judgement.Timestamp(
                verdict.indication(),
                verdict.subIndication(),
                time().toInstant().toString(),
                ChainCheck.name(signer(token)),
                chain.statuses(),
                verdict.errors(),
                List.of(),
                List.of());
    }
}
