package io.coppice.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NetworkBuilderTest {

  @Test
  void sum_threeConvolutionsIntoOneStream_oneGroup() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    int stem =
        builder.batchNormRelu("stem.norm", builder.convolution("stem", builder.input(), 4, 3, 1));
    int inner = builder.batchNormRelu("inner.norm", builder.convolution("inner", stem, 6, 3, 1));
    int stream = builder.sumRelu("sum1", builder.convolution("out1", inner, 4, 3, 1), stem);
    stream = builder.sumRelu("sum2", builder.convolution("out2", stream, 4, 1, 1), stream);
    Network network = builder.linear("classifier", builder.globalAveragePool("pool", stream), 5);
    assertThat(network.groups())
        .containsExactly(new ChannelGroup(0, "stem", 4, 3), new ChannelGroup(1, "inner", 6, 1));
    assertThat(network.node(stream).group()).isZero();
    assertThat(network.node(0).group()).isEqualTo(Node.UNGROUPED);
    assertThat(network.classes()).isEqualTo(5);
  }

  @Test
  void convolution_strideTwoOnOddSide_roundsUp() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(1, 7, 28));
    assertThat(builder.shape(builder.convolution("conv", builder.input(), 2, 3, 2)))
        .isEqualTo(new Shape(2, 4, 14));
    assertThat(builder.shape(builder.convolution("point", builder.input(), 2, 1, 2)))
        .isEqualTo(new Shape(2, 4, 14));
  }

  @Test
  void sum_differentShapes_refused() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    int left = builder.convolution("left", builder.input(), 4, 3, 1);
    int right = builder.convolution("right", builder.input(), 5, 3, 1);
    assertThatThrownBy(() -> builder.sum("sum", left, right))
        .hasMessageContaining("sum")
        .hasMessageContaining("4x8x8")
        .hasMessageContaining("5x8x8");
  }

  @Test
  void sum_withTheImage_refused() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    int left = builder.convolution("left", builder.input(), 3, 3, 1);
    assertThatThrownBy(() -> builder.sum("sum", left, builder.input()))
        .hasMessageContaining("image");
  }

  @Test
  void linear_notPooled_refused() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    assertThatThrownBy(() -> builder.linear("classifier", builder.input(), 5))
        .hasMessageContaining("pool before it");
  }

  @Test
  void maxPool_windowTooLarge_refused() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 1));
    assertThatThrownBy(() -> builder.maxPool("pool", builder.input(), 2, 2))
        .hasMessageContaining("does not fit");
  }

  @Test
  void add_nameTwice_refused() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    builder.convolution("conv", builder.input(), 3, 3, 1);
    assertThatThrownBy(() -> builder.convolution("conv", builder.input(), 3, 3, 1))
        .hasMessageContaining("conv");
  }
}
