package io.coppice.shards;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ContentKeyTest {

  private static final MessageDigest SHA256 = ContentKey.sha256();
  private static final byte[] PIXELS = {1, 2, 3};

  @Test
  void of_equalPixelsFromOtherFiles_samePlaceAndHashInAnOrderOfTheirOwn() {
    byte[] pixels = ContentKey.of(1, SHA256, 4, PIXELS);
    byte[] one = ContentKey.of(1, SHA256, 4, PIXELS, new byte[] {7});
    byte[] other = ContentKey.of(1, SHA256, 4, PIXELS, new byte[] {8});
    assertThat(new ContentOrdering().compare(one, other)).isNotZero();
    for (byte[] ofFile : new byte[][] {one, other}) {
      assertThat(Arrays.copyOf(ofFile, pixels.length)).containsExactly(pixels);
      assertThat(ContentKey.hash(ofFile)).isEqualTo(ContentKey.hash(pixels));
      assertThat(ContentKey.bucket(ofFile, 64)).isEqualTo(ContentKey.bucket(pixels, 64));
      assertThat(ContentKey.isProblem(ofFile)).isFalse();
    }
  }

  @Test
  void of_otherSeedLabelOrPixels_otherKey() {
    byte[] key = ContentKey.of(1, SHA256, 4, PIXELS);
    assertThat(ContentKey.of(1, SHA256, 4, PIXELS.clone())).containsExactly(key);
    assertThat(ContentKey.of(2, SHA256, 4, PIXELS)).isNotEqualTo(key);
    assertThat(ContentKey.of(1, SHA256, 5, PIXELS)).isNotEqualTo(key);
    assertThat(ContentKey.of(1, SHA256, 4, new byte[] {1, 2, 4})).isNotEqualTo(key);
    assertThat(ContentKey.isProblem(ContentKey.ofProblem())).isTrue();
  }
}
