package io.coppice.doctor;

import com.sun.management.OperatingSystemMXBean;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.KernelThreads;
import io.coppice.onednn.NativeLibrary;
import io.coppice.report.Version;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import scala.util.Properties;

/** Checks of the JVM that they are called in, each of which finds something whatever happens. */
final class JvmChecks {

  static final String INSTRUCTIONS = "instruction set";
  static final String COPPICE = "coppice";

  private static final int JAVA = 17;
  private static final int THREADS = 2;
  private static final long MIB = 1 << 20;
  private static final long LEAST_ROOM_MIB = 512;
  private static final long LEAST_FILES = 4096;
  private static final long LEAST_MAPS = 65_530;

  /** Of a number's digits. */
  private static final int LONGEST = 64;

  private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d+|unlimited)");

  private JvmChecks() {}

  private interface Check {
    Finding find() throws IOException;
  }

  /** All of them. */
  static List<Finding> all() {
    List<Finding> findings = new ArrayList<>();
    add(findings, "java", JvmChecks::java);
    add(findings, "spark", JvmChecks::spark);
    add(findings, COPPICE, () -> Finding.ok(COPPICE, Version.current()));
    add(findings, "native libraries' directory", JvmChecks::nativeDirectory);
    add(findings, "temporary directory", JvmChecks::temporaryDirectory);
    add(findings, "oneDNN", JvmChecks::oneDnn);
    add(findings, INSTRUCTIONS, JvmChecks::instructionSet);
    add(findings, "OpenMP", JvmChecks::openMp);
    add(findings, "memory", JvmChecks::memory);
    add(findings, "limits", JvmChecks::limits);
    return findings;
  }

  /** Native libraries that are missing are errors, not exceptions. */
  private static void add(List<Finding> findings, String name, Check check) {
    try {
      findings.add(check.find());
    } catch (IOException | RuntimeException | LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      findings.add(Finding.fail(name, String.valueOf(cause), advice(e)));
    }
  }

  private static String advice(Throwable failure) {
    return failure instanceof LinkageError
        ? "give this JVM the jar of Coppice with its native libraries, which are for Linux on x86-64, and directories that"
            + " they can be unpacked to and loaded from"
        : "see to what the message names";
  }

  private static Finding java() {
    return java(
        Runtime.version().feature(),
        System.getProperty("java.version") + " of " + System.getProperty("java.vendor"));
  }

  static Finding java(int version, String found) {
    if (version < JAVA) {
      return Finding.fail("java", found, "use JDK " + JAVA);
    }
    return version == JAVA
        ? Finding.ok("java", found)
        : Finding.caution(
            "java",
            found,
            "Coppice is tested on JDK " + JAVA + ", the newest that Spark 3.5 supports");
  }

  private static Finding spark() {
    return spark(
        org.apache.spark.package$.MODULE$.SPARK_VERSION(), Properties.versionNumberString());
  }

  static Finding spark(String spark, String scala) {
    String found = spark + " with Scala " + scala;
    String built = Version.ofSpark() + " with Scala " + Version.ofScala();
    return minor(spark).equals(minor(Version.ofSpark()))
            && minor(scala).equals(minor(Version.ofScala()))
        ? Finding.ok("spark", found + ", built for " + built)
        : Finding.fail(
            "spark",
            found,
            "use Spark "
                + minor(Version.ofSpark())
                + " with Scala "
                + minor(Version.ofScala())
                + ", which this jar is built for");
  }

  private static String minor(String version) {
    return version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
  }

  private static Finding nativeDirectory() throws IOException {
    String check = "native libraries' directory";
    try {
      return Directories.executable(check, NativeLibrary.directory());
    } catch (IOException e) {
      return Finding.fail(
          check,
          String.valueOf(e.getMessage()),
          "name a directory that this user can write to and execute from, as"
              + " -Dorg.bytedeco.javacpp.cachedir=DIR among this JVM's options");
    }
  }

  private static Finding temporaryDirectory() {
    return Directories.executable(
        "temporary directory", Path.of(System.getProperty("java.io.tmpdir")));
  }

  private static Finding oneDnn() {
    String version = NativeLibrary.version();
    float product = NativeLibrary.multiply(3, 7);
    return product == 21
        ? Finding.ok("oneDNN", version + ", loads and computes")
        : Finding.fail(
            "oneDNN",
            version + " says that 3 times 7 is " + product,
            "do not train on this machine: its memory or processor is damaged, or the library is");
  }

  private static Finding instructionSet() {
    String set = KernelContext.instructionSet();
    return set.startsWith("sse") || set.equals("avx")
        ? Finding.caution(
            INSTRUCTIONS, set, "processors with AVX2 or AVX-512 train several times as fast")
        : Finding.ok(
            INSTRUCTIONS, KernelContext.hasBfloat16() ? set + ", can train in bfloat16" : set);
  }

  private static Finding openMp() {
    int before = KernelThreads.current();
    int set;
    try (KernelThreads threads = KernelThreads.ofThisThread(THREADS)) {
      set = KernelThreads.current();
    }
    return set == THREADS && KernelThreads.current() == before
        ? Finding.ok(
            "OpenMP",
            "tasks set their threads themselves (here "
                + before
                + " without them, of "
                + Runtime.getRuntime().availableProcessors()
                + " cores)")
        : Finding.fail(
            "OpenMP",
            "asked for " + THREADS + " threads, got " + set,
            "take another OpenMP out of LD_PRELOAD and LD_LIBRARY_PATH");
  }

  private static Finding memory() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return memory(Runtime.getRuntime().maxMemory() / MIB, system.getTotalMemorySize() / MIB);
  }

  /**
   * @param heap most that it may take, MiB
   * @param all that the container or the machine has, MiB
   */
  static Finding memory(long heap, long all) {
    String found =
        String.format(
            Locale.ROOT,
            "a heap of %,d MiB where the container or the machine has %,d MiB",
            heap,
            all);
    if (heap > all) {
      return Finding.fail("memory", found, "lower the heap: this process will be killed");
    }
    return all - heap < LEAST_ROOM_MIB
        ? Finding.caution(
            "memory",
            found,
            "tensors lie outside the heap: leave them room; 'coppice plan' tells how much a run takes")
        : Finding.ok("memory", found);
  }

  private static Finding limits() throws IOException {
    Matcher files = OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
    return limits(
        files.find() && !files.group(1).equals("unlimited")
            ? Long.parseLong(files.group(1))
            : Long.MAX_VALUE,
        mostMaps());
  }

  /** Such files can be read at one go alone, from their beginning. */
  static long mostMaps() throws IOException {
    Path maps = Path.of("/proc/sys/vm/max_map_count");
    if (!Files.isReadable(maps)) {
      return Long.MAX_VALUE;
    }
    try (InputStream in = Files.newInputStream(maps)) {
      return Long.parseLong(new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII).strip());
    }
  }

  /**
   * @param files that it may have open
   * @param maps mapped areas of memory that it may have
   */
  static Finding limits(long files, long maps) {
    String found =
        (files == Long.MAX_VALUE ? "any number of" : String.format(Locale.ROOT, "%,d", files))
            + " open files, "
            + (maps == Long.MAX_VALUE ? "any number of" : String.format(Locale.ROOT, "%,d", maps))
            + " mapped areas";
    return files < LEAST_FILES || maps < LEAST_MAPS
        ? Finding.caution(
            "limits",
            found,
            "Spark's shuffles and mapped images want more: ulimit -n "
                + LEAST_FILES
                + ", vm.max_map_count="
                + LEAST_MAPS)
        : Finding.ok("limits", found);
  }
}
