package io.coppice.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WindowTest {

  @Test
  void outputHeight_remainderAtTheBorder_isLeftOut() {
    Window window = Window.square(3, 2, 0);
    assertThat(window.outputHeight(7)).isEqualTo(3);
    assertThat(window.outputHeight(8)).isEqualTo(3);
    assertThat(window.outputHeight(9)).isEqualTo(4);
  }

  @Test
  void outputWidth_unequalPadding_countsBothSides() {
    Window window = new Window(1, 3, 1, 2, 0, 0, 0, 1);
    assertThat(window.outputWidth(8)).isEqualTo(4);
    assertThat(window.outputHeight(8)).isEqualTo(8);
  }

  @Test
  void outputHeight_windowTooLarge_isLessThanOne() {
    assertThat(Window.square(5, 1, 0).outputHeight(4)).isLessThan(1);
    assertThat(Window.square(5, 4, 0).outputHeight(2)).isLessThan(1);
  }

  @Test
  void isSquare_onlyTheVeryWindow() {
    assertThat(Window.square(3, 1, 1).isSquare(3, 1, 1)).isTrue();
    assertThat(new Window(3, 3, 1, 1, 1, 1, 1, 0).isSquare(3, 1, 1)).isFalse();
    assertThat(new Window(3, 1, 1, 1, 1, 1, 0, 0).isSquare(3, 1, 1)).isFalse();
  }

  @Test
  void window_nothingButPadding_refused() {
    assertThatThrownBy(() -> Window.square(2, 1, 2))
        .isInstanceOf(InvalidNetworkException.class)
        .hasMessageContaining("padding is smaller than the window of 2x2");
    assertThatThrownBy(() -> Window.square(0, 1, 0)).hasMessageContaining("at least 1 row");
    assertThatThrownBy(() -> Window.square(3, 1, -1)).hasMessageContaining("not negative");
  }
}
