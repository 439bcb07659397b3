package judges;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cms.SignerId;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.util.Store;

/** Certificates, their signatures and their paths, by Bouncy Castle. */
final class Certificates {
    static final String PROVIDER = "BC";

    private Certificates() {}

    static X509CertificateHolder read(Path pem) throws IOException {
        try (Reader text = Files.newBufferedReader(pem);
                PEMParser parser = new PEMParser(text)) {
            return (X509CertificateHolder) parser.readObject();
        }
    }

    /** Returns the certificate that a CMS signer names; it comes with every signature of ours. */
    static X509CertificateHolder signer(SignerId id, Store<X509CertificateHolder> beside) {
        return beside.getMatches(null).stream().filter(id::match).findFirst().orElseThrow();
    }

    static boolean isSigned(X509CertificateHolder certificate, X509CertificateHolder issuer) {
        try {
            return certificate.isSignatureValid(verifier(issuer));
        } catch (CertException error) {
            return false;
        }
    }

    static boolean isSigned(X509CRLHolder list, X509CertificateHolder issuer) {
        try {
            return list.isSignatureValid(verifier(issuer));
        } catch (CertException error) {
            return false;
        }
    }

    static boolean isSigned(BasicOCSPResp response, X509CertificateHolder responder) {
        try {
            return response.isSignatureValid(verifier(responder));
        } catch (OCSPException error) {
            return false;
        }
    }

    /** Returns the path from a certificate to a root, both included; empty if there is none. */
    static List<X509CertificateHolder> path(
            X509CertificateHolder certificate,
            Collection<X509CertificateHolder> known,
            Collection<X509CertificateHolder> roots,
            Date at)
            throws GeneralSecurityException {
        try {
            PKIXBuilderParameters wanted = parameters(certificate, known, roots);
            wanted.setDate(at);
            CertPathBuilder builder = CertPathBuilder.getInstance("PKIX", PROVIDER);
            return links((PKIXCertPathBuilderResult) builder.build(wanted));
        } catch (CertPathBuilderException error) {
            return List.of();
        }
    }

    private static PKIXBuilderParameters parameters(
            X509CertificateHolder certificate,
            Collection<X509CertificateHolder> known,
            Collection<X509CertificateHolder> roots)
            throws GeneralSecurityException {
        Set<TrustAnchor> anchors = roots.stream()
                .map(root -> new TrustAnchor(converted(root), null))
                .collect(Collectors.toSet());
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(converted(certificate));
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
        List<X509Certificate> store =
                Stream.concat(known.stream(), Stream.of(certificate))
                        .map(Certificates::converted)
                        .toList();
        parameters.addCertStore(
                CertStore.getInstance("Collection", new CollectionCertStoreParameters(store)));
        parameters.setRevocationEnabled(false); // EmbeddedStatus does that
        return parameters;
    }

    private static List<X509CertificateHolder> links(PKIXCertPathBuilderResult built)
            throws GeneralSecurityException {
        List<X509CertificateHolder> links = new ArrayList<>();
        for (var link : built.getCertPath().getCertificates()) {
            links.add(new JcaX509CertificateHolder((X509Certificate) link));
        }
        links.add(new JcaX509CertificateHolder(built.getTrustAnchor().getTrustedCert()));
        return links;
    }

    private static X509Certificate converted(X509CertificateHolder certificate) {
        try {
            return new JcaX509CertificateConverter()
                    .setProvider(PROVIDER)
                    .getCertificate(certificate);
        } catch (GeneralSecurityException error) {
            throw new IllegalArgumentException(error);
        }
    }

    private static ContentVerifierProvider verifier(X509CertificateHolder signer) {
        try {
            return new JcaContentVerifierProviderBuilder().setProvider(PROVIDER).build(signer);
        } catch (OperatorCreationException | GeneralSecurityException error) {
            throw new IllegalArgumentException(error);
        }
    }
}
