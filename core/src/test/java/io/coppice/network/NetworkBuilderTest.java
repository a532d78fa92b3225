package io.coppice.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
        .containsExactly(new ChannelGroup(0, "stem", 4), new ChannelGroup(1, "inner", 6));
    assertThat(network.node(stream).spans()).containsExactly(new ChannelSpan(0, 4, 1));
    assertThat(network.node(0).spans()).containsExactly(new ChannelSpan(ChannelSpan.FIXED, 3, 1));
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
  void sum_withTheImage_itsChannelsStay() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    int left = builder.convolution("left", builder.input(), 3, 3, 1);
    int right = builder.convolution("right", builder.input(), 5, 3, 1);
    int sum = builder.sum("sum", left, builder.input());
    int merge = builder.add("merge", new Layer.Merge(), sum, right);
    Network network = builder.linear("classifier", builder.globalAveragePool("pool", merge), 5);
    assertThat(network.groups()).containsExactly(new ChannelGroup(0, "right", 5));
    assertThat(network.node(merge).spans())
        .containsExactly(new ChannelSpan(ChannelSpan.FIXED, 3, 1), new ChannelSpan(0, 5, 1));
  }

  @Test
  void merge_twoConvolutions_putsTheirGroupsSideBySide() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    int left = builder.convolution("left", builder.input(), 4, 1, 1);
    int right = builder.convolution("right", builder.input(), 6, 3, 1);
    int merge = builder.batchNorm("norm", builder.add("merge", new Layer.Merge(), right, left));
    int depthwise =
        builder.add(
            "depthwise", new Layer.DepthwiseConvolution(2, Window.square(3, 1, 1), true), merge);
    Network network = builder.linear("classifier", builder.globalAveragePool("pool", depthwise), 5);
    assertThat(network.groups())
        .containsExactly(new ChannelGroup(0, "left", 4), new ChannelGroup(1, "right", 6));
    assertThat(network.node(depthwise).spans())
        .containsExactly(new ChannelSpan(1, 6, 2), new ChannelSpan(0, 4, 2));
    assertThat(network.node(depthwise).shape()).isEqualTo(new Shape(20, 8, 8));
  }

  @Test
  void sum_ofMergesOfUnequalParts_refusedWithAdvice() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    int left = builder.convolution("left", builder.input(), 4, 1, 1);
    int right = builder.convolution("right", builder.input(), 6, 3, 1);
    int merge = builder.add("merge", new Layer.Merge(), left, right);
    int single = builder.convolution("single", builder.input(), 10, 1, 1);
    assertThatThrownBy(() -> builder.sum("sum", merge, single))
        .isInstanceOf(InvalidNetworkException.class)
        .hasMessageContaining("[4, 6] of merge")
        .hasMessageContaining("[10] of single")
        .hasMessageContaining("1x1 convolution");
  }

  @Test
  void build_hiddenLinearLayer_isAGroupAndLogitsAreNot() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    int hidden = builder.add("hidden", new Layer.Linear(12, true), builder.input());
    builder.add("logits", new Layer.Linear(4, false), hidden);
    Network network = builder.build();
    assertThat(network.groups()).containsExactly(new ChannelGroup(0, "hidden", 12));
    assertThat(network.classes()).isEqualTo(4);
  }

  @Test
  void build_poolOfAConvolutionAsLogits_itsChannelsStay() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    int first = builder.convolution("first", builder.input(), 6, 1, 1);
    builder.globalAveragePool("pool", builder.convolution("last", first, 4, 1, 1));
    assertThat(builder.build().groups()).containsExactly(new ChannelGroup(0, "first", 6));
  }

  @Test
  void build_layerThatNobodyReads_refused() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    builder.convolution("dangling", builder.input(), 6, 1, 1);
    builder.add("logits", new Layer.Linear(4, false), builder.input());
    assertThatThrownBy(builder::build).hasMessageContaining("dangling: no layer reads it");
  }

  @Test
  void build_moreThanOnePositionAtTheEnd_refused() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    builder.convolution("last", builder.input(), 6, 1, 1);
    assertThatThrownBy(builder::build)
        .hasMessageContaining("last: the last layer gives one value for each class")
        .hasMessageContaining("6x8x8");
  }

  @Test
  void keeping_patternOfTheStem_itsWholeStreamStays() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 8, 8));
    int stem = builder.convolution("stem.conv", builder.input(), 4, 3, 1);
    int inner = builder.convolution("block.inner", stem, 6, 3, 1);
    int sum = builder.sum("sum", builder.convolution("block.outer", inner, 4, 3, 1), stem);
    Network network = builder.linear("classifier", builder.globalAveragePool("pool", sum), 5);
    assertThat(network.groups()).hasSize(2);
    Network kept = network.keeping(List.of("stem.*"));
    assertThat(kept.groups()).containsExactly(new ChannelGroup(0, "block.inner", 6));
    assertThat(kept.keep()).containsExactly("stem.*");
    assertThat(kept.keeping(List.of("*inner")).groups()).isEmpty();
    assertThatThrownBy(() -> network.keeping(List.of("stam.*")))
        .hasMessageContaining("'stam.*'")
        .hasMessageContaining("stem.conv");
  }

  @Test
  void add_windowThatDoesNotFit_namesLayerAndShape() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 4, 4));
    Layer wide = new Layer.Convolution(2, Window.square(5, 1, 0), false);
    assertThatThrownBy(() -> builder.add("wide", wide, builder.input()))
        .hasMessageContaining("wide: a window of 5x5")
        .hasMessageContaining("3x4x4");
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
