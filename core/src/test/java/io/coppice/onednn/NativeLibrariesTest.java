package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors that start at once on a fresh machine unpack oneDNN's libraries into one directory.
 * JavaCPP locks it while it unpacks, but not while it loads: a library that finds another one there
 * half written, because it names it as its own, kills its process. Those of oneDNN are unpacked
 * after what they name.
 */
class NativeLibrariesTest {

  private static final int PROCESSES = 3;

  @TempDir Path directory;

  /** Loads the libraries, and says so. */
  static final class Load {

    public static void main(String[] arguments) {
      System.out.println("loaded for " + KernelContext.instructionSet());
    }
  }

  @Test
  void load_severalProcessesAndAnEmptyCache_allAreAlive() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx128m",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:-CreateCoredumpOnCrash",
                  "-XX:ErrorFile=" + directory.resolve("crash-%p.log"),
                  "-Dorg.bytedeco.javacpp.cachedir=" + directory.resolve("cache"),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Load.class.getName())
              .redirectErrorStream(true)
              .redirectOutput(log(i).toFile())
              .start());
    }
    for (int i = 0; i < PROCESSES; i++) {
      Process process = processes.get(i);
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended).isTrue();
      assertThat(Files.readString(log(i))).contains("loaded for");
      assertThat(process.exitValue()).isZero();
    }
  }

  private Path log(int process) {
    return directory.resolve("process" + process + ".log");
  }
}
