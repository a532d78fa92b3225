package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void percent_smallShares_haveMoreDigits() {
    assertThat(Figures.percent(0.359)).isEqualTo("35.9 %");
    assertThat(Figures.percent(0.00123)).isEqualTo("0.12 %");
    assertThat(Figures.percent(0)).isEqualTo("0.0 %");
  }

  @Test
  void decimal_smallNumbers_keepThreeDigits() {
    assertThat(Figures.decimal(2.3456)).isEqualTo("2.346");
    assertThat(Figures.decimal(-0.01234)).isEqualTo("-0.01234");
    assertThat(Figures.decimal(0.0000123)).isEqualTo("1.23e-05");
  }

  @Test
  void millisBytesAndCounts_areInUnitsForPeople() {
    assertThat(Figures.millis(1.2345)).isEqualTo("1,235 ms");
    assertThat(Figures.millis(0.0123)).isEqualTo("12.3 ms");
    assertThat(Figures.millis(0.00123)).isEqualTo("1.23 ms");
    assertThat(Figures.bytes(12)).isEqualTo("12 bytes");
    assertThat(Figures.bytes(1_234)).isEqualTo("1.2 kB");
    assertThat(Figures.bytes(12_340_000)).isEqualTo("12.3 MB");
    assertThat(Figures.bytes(1.234e9)).isEqualTo("1.23 GB");
    assertThat(Figures.counted(1, "image", "images")).isEqualTo("1 image");
    assertThat(Figures.counted(12_345, "image", "images")).isEqualTo("12,345 images");
    assertThat(Figures.timesAsFast(1.92)).isEqualTo("1.92 times as fast");
  }
}
