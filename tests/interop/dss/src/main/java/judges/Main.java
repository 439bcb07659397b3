package judges;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code Main dss|pdfbox|pdfa [--root PEM]... PDF-OR-FOLDER...}: prints one JSON object a line,
 * one for each PDF. What a judge says of a document never changes the exit code.
 */
public final class Main {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        List<Path> roots = new ArrayList<>();
        List<Path> documents = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            if (arguments[i].equals("--root")) {
                roots.add(Path.of(arguments[++i]));
            } else {
                documents.addAll(documentsAt(Path.of(arguments[i])));
            }
        }
        Judge judge = judge(arguments[0], roots);
        for (Path document : documents) {
            System.out.println(JSON.writeValueAsString(judge.judge(document)));
        }
    }

    private static Judge judge(String name, List<Path> roots) throws Exception {
        return switch (name) {
            case "dss" -> new DssJudge(roots);
            case "pdfbox" -> new PdfBoxJudge(roots);
            case "pdfa" -> new PdfAJudge();
            default -> throw new IllegalArgumentException("no such judge: " + name);
        };
    }

    private static List<Path> documentsAt(Path given) throws IOException {
        if (!Files.isDirectory(given)) {
            return List.of(given);
        }
        try (Stream<Path> listed = Files.list(given)) {
            return listed.filter(path -> path.toString().endsWith(".pdf")).sorted().toList();
        }
    }
}
