package io.coppice.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.coppice.doctor.Finding.Level;
import io.coppice.spark.ExecutorSurvey.Answer;
import io.coppice.spark.KryoRoundTrip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link JvmChecks}, {@link Directories}, {@link StorageCheck} and {@link ClusterChecks} make
 * of what they meet.
 */
class DoctorChecksTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir private Path directory;

  @Test
  void jvm_thisOne_isWell() {
    List<Finding> findings = JvmChecks.all();
    assertThat(findings).hasSizeGreaterThan(8);
    assertThat(findings)
        .allSatisfy(
            finding -> assertThat(finding.level()).as(finding.found()).isNotEqualTo(Level.FAIL));
  }

  @Test
  void limits_ofThisMachine_areAsTheKernelSays() throws Exception {
    Process cat = new ProcessBuilder("cat", "/proc/sys/vm/max_map_count").start();
    String told = new String(cat.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(JvmChecks.mostMaps()).isEqualTo(Long.parseLong(told));
  }

  @Test
  void versions_others_areJudgedByWhatIsSupported() {
    assertThat(JvmChecks.java(11, "11").level()).isEqualTo(Level.FAIL);
    assertThat(JvmChecks.java(17, "17.0.9").level()).isEqualTo(Level.OK);
    assertThat(JvmChecks.java(21, "21").level()).isEqualTo(Level.CAUTION);
    assertThat(JvmChecks.spark("3.5.1", "2.12.18").level()).isEqualTo(Level.OK);
    assertThat(JvmChecks.spark("3.4.4", "2.12.18").level()).isEqualTo(Level.FAIL);
    assertThat(JvmChecks.spark("3.5.9", "2.13.8").level()).isEqualTo(Level.FAIL);
    assertThat(JvmChecks.spark("3.5.9", "2.13.8").advice()).contains("Scala 2.12");
  }

  @Test
  void memoryAndLimits_little_areCautionsOrFail() {
    assertThat(JvmChecks.memory(4096, 16_384).level()).isEqualTo(Level.OK);
    assertThat(JvmChecks.memory(4096, 4200).level()).isEqualTo(Level.CAUTION);
    assertThat(JvmChecks.memory(4096, 2048).level()).isEqualTo(Level.FAIL);
    assertThat(JvmChecks.limits(1024, 65_530).level()).isEqualTo(Level.CAUTION);
    assertThat(JvmChecks.limits(4096, 65_530).level()).isEqualTo(Level.OK);
    assertThat(JvmChecks.limits(Long.MAX_VALUE, 1000).level()).isEqualTo(Level.CAUTION);
  }

  @Test
  void executable_directoriesGoodAndBad_areTold() throws IOException {
    assertThat(Directories.executable("tmp", directory).level()).isEqualTo(Level.OK);
    assertThat(directory).isEmptyDirectory();
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    Finding none = Directories.executable("tmp", file);
    assertThat(none.level()).isEqualTo(Level.FAIL);
    assertThat(none.found()).contains(file + " cannot be written to");
    assertThat(Directories.roomy("disk", file.resolve("below")).level()).isEqualTo(Level.FAIL);
    assertThat(Directories.roomy("disk", directory).found()).contains("MiB free");
  }

  /** Only who may mount can have one. */
  @Test
  void executable_mountedNoexec_failsSayingSo() throws Exception {
    Process mount =
        new ProcessBuilder(
                "mount", "-t", "tmpfs", "-o", "noexec,size=1m", "tmpfs", directory.toString())
            .redirectErrorStream(true)
            .start();
    mount.getInputStream().readAllBytes();
    assumeThat(mount.waitFor()).isZero();
    try {
      Finding finding = Directories.executable("tmp", directory);
      assertThat(finding.level()).isEqualTo(Level.FAIL);
      assertThat(finding.advice()).contains("noexec", "-Djava.io.tmpdir=DIR");
    } finally {
      new ProcessBuilder("umount", directory.toString()).start().waitFor();
    }
  }

  @Test
  void storage_placesGoodAndBad_areTold() throws IOException {
    Configuration hadoop = new Configuration();
    Path run = directory.resolve("run");
    assertThat(StorageCheck.writable("output", run.toString(), hadoop).level()).isEqualTo(Level.OK);
    assertThat(run).doesNotExist();
    Path file = Files.writeString(directory.resolve("file"), "text");
    assertThat(StorageCheck.writable("output", file + "/run", hadoop).level())
        .isEqualTo(Level.FAIL);
    assertThat(StorageCheck.writable("output", "nosuchscheme://host/run", hadoop).found())
        .contains("nosuchscheme");
    assertThat(StorageCheck.readable("data", directory.toString(), hadoop).found())
        .contains("a directory of 1 entries");
    assertThat(StorageCheck.readable("data", file.toString(), hadoop).level()).isEqualTo(Level.OK);
    assertThat(StorageCheck.readable("data", directory + "/none", hadoop).level())
        .isEqualTo(Level.FAIL);
  }

  @Test
  void clock_insideAndOutsideOfTheQuestion_isJudgedByWhatIsCertain() {
    assertThat(ClusterChecks.clock(NOON, NOON.plusSeconds(40), NOON.plusSeconds(60)).level())
        .isEqualTo(Level.OK);
    Finding ahead = ClusterChecks.clock(NOON, NOON.plusSeconds(90), NOON.plusSeconds(60));
    assertThat(ahead.level()).isEqualTo(Level.CAUTION);
    assertThat(ahead.found()).isEqualTo("30 s ahead of the driver's");
    Finding behind = ClusterChecks.clock(NOON, NOON.minusSeconds(600), NOON);
    assertThat(behind.level()).isEqualTo(Level.FAIL);
    assertThat(behind.found()).isEqualTo("600 s behind the driver's");
  }

  @Test
  void serializer_otherBytes_fail() {
    byte[] packed = KryoRoundTrip.packed();
    assertThat(ClusterChecks.serializer(packed, KryoRoundTrip.again(packed)).level())
        .isEqualTo(Level.OK);
    byte[] other = packed.clone();
    other[other.length / 2] ^= 1;
    assertThat(ClusterChecks.serializer(packed, other).level()).isEqualTo(Level.FAIL);
  }

  @Test
  void cluster_executorsMissingSilentOrDifferent_areTold() {
    assertThat(ClusterChecks.executors(0, 3).level()).isEqualTo(Level.OK);
    assertThat(ClusterChecks.executors(4, 3).level()).isEqualTo(Level.CAUTION);
    assertThat(ClusterChecks.executors(0, 0).level()).isEqualTo(Level.FAIL);
    Answer silent = new Answer("executor 3 on node7", null, "it does not answer", NOON, NOON);
    assertThat(ClusterChecks.of(silent, new byte[0]))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.level()).isEqualTo(Level.FAIL);
              assertThat(finding.where()).isEqualTo("executor 3 on node7");
            });
    List<Finding> different =
        ClusterChecks.alike(
            List.of(
                Finding.ok(JvmChecks.INSTRUCTIONS, "avx512_core").in(ClusterChecks.DRIVER),
                Finding.ok(JvmChecks.INSTRUCTIONS, "avx2").in("executor 0"),
                Finding.ok(JvmChecks.INSTRUCTIONS, "avx").in("executor 1"),
                Finding.ok(JvmChecks.COPPICE, "1").in(ClusterChecks.DRIVER),
                Finding.ok(JvmChecks.COPPICE, "2").in("executor 0")));
    assertThat(different).extracting(Finding::level).containsExactly(Level.FAIL, Level.CAUTION);
    assertThat(different.get(1).found()).isEqualTo("different ones: avx, avx2");
  }

  @Test
  void finding_throughJson_isTheSame() {
    Finding finding = Finding.caution("a", "b\nc", "d").in("e");
    assertThat(Finding.of(finding.toJson())).isEqualTo(finding);
  }
}
