package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelCacheTest {

  private final List<String> freed = new ArrayList<>();

  private AutoCloseable kernel(String name) {
    return () -> freed.add(name);
  }

  @Test
  void get_moreShapesThanFit_freesTheOneNotUsedForLongest() {
    try (KernelCache cache = new KernelCache(2)) {
      AutoCloseable a = cache.get("a", () -> kernel("a"));
      cache.get("b", () -> kernel("b"));
      assertThat(cache.get("a", () -> kernel("never made"))).isSameAs(a);
      cache.get("c", () -> kernel("c"));
      assertThat(freed).containsExactly("b");
      assertThat(cache.statistics()).isEqualTo(new KernelCache.Statistics(1, 3, 1, 2));
    }
    assertThat(freed).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void get_freedShape_isMadeAnew() {
    try (KernelCache cache = new KernelCache(1)) {
      AutoCloseable first = cache.get("a", () -> kernel("a"));
      cache.get("b", () -> kernel("b"));
      assertThat(cache.get("a", () -> kernel("a again"))).isNotSameAs(first);
    }
  }

  @Test
  void new_noRoom_refused() {
    assertThatThrownBy(() -> new KernelCache(0)).hasMessageContaining("at least 1 shape");
  }
}
