package judges;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;

/** What a document holds to judge certificates by: its /DSS (ETSI EN 319 142-1, 5.4.2). */
record EmbeddedMaterial(
        List<X509CertificateHolder> certificates,
        List<X509CRLHolder> lists,
        List<BasicOCSPResp> responses) {

    static EmbeddedMaterial of(PDDocument document) throws IOException, OCSPException {
        EmbeddedMaterial material =
                new EmbeddedMaterial(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        COSDictionary catalog = document.getDocumentCatalog().getCOSObject();
        COSDictionary store = catalog.getCOSDictionary(COSName.getPDFName("DSS"));
        for (byte[] certificate : streams(store, "Certs")) {
            material.certificates.add(new X509CertificateHolder(certificate));
        }
        for (byte[] list : streams(store, "CRLs")) {
            material.lists.add(new X509CRLHolder(list));
        }
        for (byte[] response : streams(store, "OCSPs")) {
            material.responses.add((BasicOCSPResp) new OCSPResp(response).getResponseObject());
        }
        return material;
    }

    private static List<byte[]> streams(COSDictionary store, String key) throws IOException {
        COSArray array = store == null ? null : store.getCOSArray(COSName.getPDFName(key));
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; array != null && i < array.size(); i++) {
            try (InputStream content = ((COSStream) array.getObject(i)).createInputStream()) {
                contents.add(content.readAllBytes());
            }
        }
        return contents;
    }
}
