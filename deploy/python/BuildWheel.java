import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes the wheel of the Python package (PEP 427), the same bytes for the same sources, on machines
 * without Python: {@code java BuildWheel.java SOURCES VERSION OUTPUT}.
 */
final class BuildWheel {

  private static final String PACKAGE = "coppice";
  private static final String SNAPSHOT = "-SNAPSHOT";
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

  private static final String METADATA =
      """
      Metadata-Version: 2.1
      Name: coppice
      Version: %s
      Summary: Channel-sparse training of convolutional networks on Apache Spark, in PySpark
      License: Apache-2.0
      Requires-Python: >=3.8
      """;

  private static final String WHEEL =
      """
      Wheel-Version: 1.0
      Generator: coppice
      Root-Is-Purelib: true
      Tag: py3-none-any
      """;

  private BuildWheel() {}

  public static void main(String[] arguments) throws IOException {
    Path sources = Path.of(arguments[0]);
    String version = pythonic(arguments[1]);
    Path output = Files.createDirectories(Path.of(arguments[2]));
    String about = PACKAGE + "-" + version + ".dist-info/";
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> found = Files.list(sources.resolve(PACKAGE))) {
      found
          .filter(file -> file.toString().endsWith(".py"))
          .forEach(file -> files.put(PACKAGE + "/" + file.getFileName(), content(file)));
    }
    files.put(about + "METADATA", METADATA.formatted(version).getBytes(StandardCharsets.UTF_8));
    files.put(about + "WHEEL", WHEEL.getBytes(StandardCharsets.UTF_8));
    StringBuilder record = new StringBuilder();
    files.forEach(
        (name, content) ->
            record.append("%s,sha256=%s,%d\n".formatted(name, hash(content), content.length)));
    record.append(about).append("RECORD,,\n");
    files.put(about + "RECORD", record.toString().getBytes(StandardCharsets.UTF_8));
    Path wheel = output.resolve(PACKAGE + "-" + version + "-py3-none-any.whl");
    try (OutputStream out = Files.newOutputStream(wheel);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTimeLocal(TIME);
        zip.putNextEntry(entry);
        zip.write(file.getValue());
      }
    }
  }

  /** A version of Maven as Python has them (PEP 440). */
  private static String pythonic(String version) {
    return version.endsWith(SNAPSHOT)
        ? version.substring(0, version.length() - SNAPSHOT.length()) + ".dev0"
        : version;
  }

  private static byte[] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(byte[] content) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
