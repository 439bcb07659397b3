package judges;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/** Looks at the pages as they were signed and as they are now. */
final class Pages {
    private static final float DOTS_PER_INCH = 72;

    private Pages() {}

    /**
     * Returns a warning for every page that looks different now than in the first {@code end}
     * bytes. Only the pictures of seals that came later may differ, in prepared fields as well.
     */
    static List<String> changes(byte[] pdf, int end) throws IOException {
        try (PDDocument signed = Loader.loadPDF(Arrays.copyOf(pdf, end));
                PDDocument now = Loader.loadPDF(pdf)) {
            if (signed.getNumberOfPages() != now.getNumberOfPages()) {
                return List.of("pages were added or removed after signing");
            }
            Set<COSDictionary> later = laterSeals(signed, now);
            List<String> changes = new ArrayList<>();
            for (int page = 0; page < now.getNumberOfPages(); page++) {
                if (!Arrays.equals(pixels(signed, page, Set.of()), pixels(now, page, later))) {
                    changes.add("page " + (page + 1) + " was changed after signing");
                }
            }
            return changes;
        }
    }

    private static Set<COSDictionary> laterSeals(PDDocument signed, PDDocument now)
            throws IOException {
        Set<String> earlier = new HashSet<>();
        for (PDSignatureField field : signed.getSignatureFields()) {
            if (field.getSignature() != null) {
                earlier.add(field.getFullyQualifiedName());
            }
        }
        Set<COSDictionary> later = new HashSet<>();
        for (PDSignatureField field : now.getSignatureFields()) {
            if (!earlier.contains(field.getFullyQualifiedName())) {
                field.getWidgets().forEach(widget -> later.add(widget.getCOSObject()));
            }
        }
        return later;
    }

    private static int[] pixels(PDDocument document, int page, Set<COSDictionary> hidden)
            throws IOException {
        PDFRenderer renderer = new PDFRenderer(document);
        renderer.setAnnotationsFilter(annotation -> !hidden.contains(annotation.getCOSObject()));
        BufferedImage image = renderer.renderImageWithDPI(page, DOTS_PER_INCH, ImageType.RGB);
        return ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    }
}
