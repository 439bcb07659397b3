package judges;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.util.Store;

/** Judges a certificate by the trusted roots and what the document embeds, and nothing else. */
record ChainCheck(List<X509CertificateHolder> roots, EmbeddedMaterial material) {

    /** The verdict, and the status of every certificate on the path but the root. */
    record Finding(Verdict verdict, List<Judgement.Status> statuses) {
        boolean hasAllStatuses() {
            return !statuses.isEmpty()
                    && statuses.stream().noneMatch(status -> status.source().equals("none"));
        }
    }

    /** {@code beside} are the certificates that came with the signature. */
    Finding finding(
            X509CertificateHolder certificate, Store<X509CertificateHolder> beside, Date at)
            throws GeneralSecurityException {
        Collection<X509CertificateHolder> known = new ArrayList<>(material.certificates());
        known.addAll(beside.getMatches(null));
        List<X509CertificateHolder> path = Certificates.path(certificate, known, roots, at);
        if (path.isEmpty()) {
            return new Finding(
                    Verdict.indeterminate("NO_CERTIFICATE_CHAIN_FOUND", name(certificate)),
                    List.of());
        }
        return judged(path, at);
    }

    private Finding judged(List<X509CertificateHolder> path, Date at) {
        Verdict verdict = Verdict.PASSED;
        List<Judgement.Status> statuses = new ArrayList<>();
        for (int i = 0; i < path.size() - 1; i++) {
            var status = EmbeddedStatus.of(path.get(i), path.get(i + 1), material, at);
            String name = name(path.get(i));
            statuses.add(shown(name, status));
            verdict = verdict.hasPassed() ? verdict(name, status, at) : verdict;
        }
        return new Finding(verdict, statuses);
    }

    private static Verdict verdict(String name, Optional<EmbeddedStatus> status, Date at) {
        if (status.isEmpty()) {
            return Verdict.indeterminate("TRY_LATER", "no status of " + name);
        }
        Date revokedAt = status.get().revokedAt();
        return revokedAt == null || revokedAt.after(at)
                ? Verdict.PASSED
                : Verdict.indeterminate("REVOKED_NO_POE", name + " at " + revokedAt.toInstant());
    }

    private static Judgement.Status shown(String name, Optional<EmbeddedStatus> status) {
        return status.map(one -> new Judgement.Status(
                        name,
                        one.source(),
                        one.revokedAt() != null,
                        one.thisUpdate().toInstant().toString()))
                .orElse(new Judgement.Status(name, "none", false, null));
    }

    static String name(X509CertificateHolder certificate) {
        var names = certificate.getSubject().getRDNs(BCStyle.CN);
        return names.length == 0
                ? certificate.getSubject().toString()
                : names[0].getFirst().getValue().toString();
    }
}
