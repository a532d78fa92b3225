package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.network.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelCacheTest {

  private static final long TWO_PRIMITIVES = 2 * KernelCache.PRIMITIVE_BYTES;

  private final List<String> freed = new ArrayList<>();

  /** Kernels of one primitive. */
  private AutoCloseable kernel(KernelCache cache, String name) {
    cache.primitiveMade();
    return () -> {
      cache.primitiveFreed();
      freed.add(name);
    };
  }

  @Test
  void get_moreThanFits_freesTheOneNotUsedForLongest() {
    try (KernelCache cache = new KernelCache(TWO_PRIMITIVES)) {
      AutoCloseable a = cache.get("a", () -> kernel(cache, "a"));
      cache.get("b", () -> kernel(cache, "b"));
      assertThat(cache.get("a", () -> kernel(cache, "never made"))).isSameAs(a);
      cache.get("c", () -> kernel(cache, "c"));
      assertThat(freed).containsExactly("b");
      assertThat(cache.statistics())
          .isEqualTo(new KernelCache.Statistics(1, 3, 1, 2, TWO_PRIMITIVES + 2048));
    }
    assertThat(freed).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void get_freedShape_isMadeAnew() {
    try (KernelCache cache = new KernelCache(1)) {
      AutoCloseable first = cache.get("a", () -> kernel(cache, "a"));
      cache.get("b", () -> kernel(cache, "b"));
      assertThat(cache.get("a", () -> kernel(cache, "a again"))).isNotSameAs(first);
    }
  }

  @Test
  void get_shapeGrewAfterItWasMade_asManyAsNeededAreFreed() {
    try (KernelCache cache = new KernelCache(8 * KernelCache.PRIMITIVE_BYTES)) {
      for (String name : List.of("a", "b", "c")) {
        cache.get(name, () -> kernel(cache, name));
      }
      for (int later = 0; later < 7; later++) {
        cache.primitiveMade();
      }
      cache.get("d", () -> kernel(cache, "d"));
      assertThat(freed).containsExactly("a", "b", "c");
    }
  }

  @Test
  void new_noRoom_refused() {
    assertThatThrownBy(() -> new KernelCache(0)).hasMessageContaining("at least 1 byte");
  }

  @Test
  void kernels_manyShapesOfConvolutions_stayWithinTheirBytes() {
    long bound = 20 * KernelCache.PRIMITIVE_BYTES;
    try (KernelContext context =
        new KernelContext(ActivationLayout.CHANNELS_LAST, Precision.FLOAT32, bound)) {
      long largest = 0;
      for (int in = 8; in <= 64; in += 8) {
        ConvolutionKernels.Key key =
            new ConvolutionKernels.Key(2, in, 16, 1, 4, 4, Window.square(1, 1, 0), false);
        NativeBuffer source = context.buffers().acquireFloats(2L * in * 16);
        NativeBuffer weights = context.buffers().acquireFloats(key.weightCount());
        NativeBuffer destination = context.buffers().acquireFloats(2L * 16 * 16);
        source.zero(8L * in * 16);
        weights.zero(4L * key.weightCount());
        ConvolutionKernels kernels = ConvolutionKernels.of(context, key);
        long before = context.kernelStatistics().bytes();
        kernels.forward(source, weights, destination);
        kernels.backwardData(destination, weights, source);
        kernels.backwardWeights(source, destination, weights);
        largest = Math.max(largest, context.kernelStatistics().bytes() - before);
        context.buffers().release(source);
        context.buffers().release(weights);
        context.buffers().release(destination);
        assertThat(context.kernelStatistics().bytes()).isLessThan(bound + largest + 2048);
      }
      assertThat(largest).isGreaterThanOrEqualTo(2 * KernelCache.PRIMITIVE_BYTES);
      assertThat(context.kernelStatistics().evictions()).isPositive();
    }
  }
}
