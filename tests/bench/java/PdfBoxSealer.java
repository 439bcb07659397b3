import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.ExternalSigningSupport;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.SignatureOptions;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAttributeTableGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Seals documents by PDFBox and Bouncy Castle, visible, PAdES B-B, in one warm JVM.
 *
 * <p>Reads from standard input: the number of documents, then each with its length before it.
 * Answers with the CPU nanoseconds of the whole process for all of them, then each sealed document.
 */
public final class PdfBoxSealer {
    private final List<X509Certificate> chain = new ArrayList<>();
    private final ContentSigner signer;
    private final DigestCalculatorProvider digests;
    private final Attribute signingCertificate;
    private final Path template;
    private final int reserved;

    private PdfBoxSealer(Path folder, String algorithm, String provider, int reserved)
            throws Exception {
        CertificateFactory certificates = CertificateFactory.getInstance("X.509");
        try (InputStream pem = Files.newInputStream(folder.resolve("chain.pem"))) {
            certificates.generateCertificates(pem).forEach(c -> chain.add((X509Certificate) c));
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Files.readAllBytes(folder.resolve("key.der")));
        String kind = chain.get(0).getPublicKey().getAlgorithm();
        PrivateKey key = KeyFactory.getInstance(kind).generatePrivate(encoded);
        JcaContentSignerBuilder builder = new JcaContentSignerBuilder(algorithm);
        signer = (provider.equals("jca") ? builder : builder.setProvider(provider)).build(key);
        digests = new JcaDigestCalculatorProviderBuilder().build();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(chain.get(0).getEncoded());
        ESSCertIDv2[] named = {new ESSCertIDv2(digest)};
        signingCertificate =
                new Attribute(
                        PKCSObjectIdentifiers.id_aa_signingCertificateV2,
                        new DERSet(new SigningCertificateV2(named)));
        template = folder.resolve("template.pdf");
        this.reserved = reserved;
    }

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        PdfBoxSealer sealer =
                new PdfBoxSealer(
                        Path.of(arguments[0]),
                        arguments[1],
                        arguments[2],
                        Integer.parseInt(arguments[3]));
        DataInputStream asked = new DataInputStream(System.in);
        DataOutputStream answer = new DataOutputStream(System.out);
        for (int count = asked.readInt(); count > 0; count = asked.readInt()) {
            sealer.serve(count, asked, answer);
        }
    }

    private void serve(int count, DataInputStream asked, DataOutputStream answer)
            throws Exception {
        List<byte[]> sources = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sources.add(asked.readNBytes(asked.readInt()));
        }
        List<byte[]> sealed = new ArrayList<>();
        long begun = processCpu();
        for (byte[] source : sources) {
            sealed.add(seal(source));
        }
        answer.writeLong(processCpu() - begun);
        for (byte[] one : sealed) {
            answer.writeInt(one.length);
            answer.write(one);
        }
        answer.flush();
    }

    private byte[] seal(byte[] source) throws Exception {
        try (PDDocument document = Loader.loadPDF(source);
                SignatureOptions options = new SignatureOptions()) {
            PDSignature signature = new PDSignature();
            signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
            signature.setSubFilter(PDSignature.SUBFILTER_ETSI_CADES_DETACHED);
            signature.setSignDate(Calendar.getInstance());
            options.setVisualSignature(template.toFile());
            options.setPage(0);
            options.setPreferredSignatureSize(reserved);
            document.addSignature(signature, options);
            ByteArrayOutputStream output = new ByteArrayOutputStream(source.length + 80_000);
            ExternalSigningSupport waiting = document.saveIncrementalForExternalSigning(output);
            waiting.setSignature(cms(waiting.getContent().readAllBytes()));
            return output.toByteArray();
        }
    }

    private byte[] cms(byte[] content) throws Exception {
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        attributes.add(signingCertificate);
        CMSAttributeTableGenerator all =
                new DefaultSignedAttributeTableGenerator(new AttributeTable(attributes));
        CMSAttributeTableGenerator three =
                parameters ->
                        all.getAttributes(parameters)
                                .remove(CMSAttributes.signingTime)
                                .remove(CMSAttributes.cmsAlgorithmProtect);
        SignerInfoGenerator one =
                new JcaSignerInfoGeneratorBuilder(digests)
                        .setSignedAttributeGenerator(three)
                        .build(signer, chain.get(0));
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(one);
        generator.addCertificates(new JcaCertStore(chain));
        return generator.generate(new CMSProcessableByteArray(content), false).getEncoded("DER");
    }

    private static long processCpu() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
