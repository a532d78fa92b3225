package io.coppice.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExitCodeTest {

  @Test
  void of_everyCode_isFoundByItsNumber() {
    for (ExitCode code : ExitCode.values()) {
      assertThat(ExitCode.of(code.code())).contains(code);
      assertThat(code.meaning()).isNotBlank();
      assertThat(code.advice().isBlank()).as(code.label()).isEqualTo(code == ExitCode.DONE);
    }
    assertThat(ExitCode.of(-1)).isEmpty();
    assertThat(ExitCode.OUTPUT_IN_USE.label()).isEqualTo("output-in-use");
  }

  @Test
  void reference_table_hasEveryCodeWithItsMeaning() throws IOException {
    String reference = Files.readString(Path.of("../deploy/REFERENCE.md"));
    for (ExitCode code : ExitCode.values()) {
      assertThat(reference).contains("| " + code.code() + " | " + code.meaning() + " |");
    }
  }
}
