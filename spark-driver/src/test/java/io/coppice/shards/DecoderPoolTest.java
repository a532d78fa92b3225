package io.coppice.shards;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.image.ImageDecoder;
import org.junit.jupiter.api.Test;

class DecoderPoolTest {

  @Test
  void take_others_areLent_givesAnotherOne() {
    try (DecoderPool pool = new DecoderPool()) {
      ImageDecoder first = pool.take();
      ImageDecoder second = pool.take();
      assertThat(second).isNotSameAs(first);
      pool.giveBack(first);
      assertThat(pool.take()).isSameAs(first);
      pool.giveBack(second);
      pool.giveBack(first);
    }
  }
}
