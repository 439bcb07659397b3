package judges;

import java.nio.file.Path;

/** Somebody else's opinion of a document. */
interface Judge {
    /** Returns what is printed as JSON. */
    Object judge(Path document) throws Exception;
}
