package io.coppice.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.data.InvalidDataException;
import io.coppice.data.Normalisation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeatureLevelsTest {

  private static ChannelValues values(float... values) {
    ChannelValues seen = new ChannelValues();
    for (float value : values) {
      seen.add(value);
    }
    return seen;
  }

  /** So many pixels, standardised. */
  private static float[] standardised(int pixels) {
    float[] values = new float[pixels];
    for (int pixel = 0; pixel < pixels; pixel++) {
      values[pixel] = (pixel - 72.94f) / 90.02f;
    }
    return values;
  }

  private static float[] noise(int count) {
    float[] values = new float[count];
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** The largest difference between values and what their levels give back. */
  private static double error(FeatureLevels levels, float[] values) {
    Normalisation back = levels.normalisation();
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(back.apply(0, levels.level(0, value) & 0xff) - value));
    }
    return largest;
  }

  @Test
  void of_pixelsThatWereScaled_givesEveryOneBack() {
    for (int pixels : new int[] {2, 3, 17, 201, 251, 256}) {
      float[] features = standardised(pixels);
      List<ChannelValues> seen = List.of(values(features));
      FeatureLevels levels = FeatureLevels.of(seen);
      assertThat(levels.cautions(seen)).as("%s pixels", pixels).isEmpty();
      assertThat(error(levels, features)).isCloseTo(0, within(1e-5));
    }
  }

  @Test
  void of_continuousValues_roundsToHalfAStepAndSaysSo() {
    for (int count : new int[] {20, 5000}) {
      float[] features = noise(count);
      List<ChannelValues> seen = List.of(values(features));
      FeatureLevels levels = FeatureLevels.of(seen);
      assertThat(error(levels, features)).isLessThanOrEqualTo(0.5001 * levels.step()[0]);
      assertThat(levels.cautions(seen)).singleElement().asString().contains("rounded by up to");
    }
  }

  @Test
  void of_constantChannel_givesItBack() {
    float[] features = {-3.25f, -3.25f};
    FeatureLevels levels = FeatureLevels.of(List.of(values(features)));
    assertThat(error(levels, features)).isZero();
  }

  @Test
  void between_valuesBeyond_refused() {
    FeatureLevels levels = FeatureLevels.between(new double[] {0, -1}, new double[] {1, 1});
    assertThat(levels.cautions(List.of(values(0, 1), values(-1, 1)))).isEmpty();
    assertThatThrownBy(() -> levels.cautions(List.of(values(0, 1), values(-1, 1.5f))))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("features of channel 1 from -1.0 to 1.0")
        .hasMessageContaining("found -1.0 to 1.5");
    assertThat(levels.level(0, 7)).isEqualTo((byte) 255);
    assertThat(levels.level(0, -7)).isZero();
  }

  @Test
  void channelValues_writtenAndReadAndAdded_areTheSame() throws IOException {
    for (int count : new int[] {5, 5000}) {
      ChannelValues seen = values(noise(count));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      seen.write(new DataOutputStream(bytes));
      ChannelValues read =
          ChannelValues.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
      assertThat(read.few().sorted()).containsExactly(seen.few().sorted());
      assertThat(read.few().areMany()).isEqualTo(count == 5000);
      ChannelValues both = values(-100, 3);
      both.add(read);
      assertThat(both.least()).isEqualTo(-100);
      assertThat(both.largest()).isEqualTo(Math.max(3, seen.largest()));
      assertThat(both.few().areMany()).isEqualTo(read.few().areMany());
    }
  }

  @Test
  void fewValues_asManyAsThereAreLevels_areKnownAndNoMore() {
    FewValues values = new FewValues();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < FewValues.MOST; i++) {
        values.add(i / 7f);
      }
      values.add(-0f);
    }
    assertThat(values.sorted()).hasSize(FewValues.MOST).startsWith(0, 1 / 7f).isSorted();
    FewValues others = new FewValues();
    others.add(-1);
    others.add(values);
    assertThat(others.areMany()).isTrue();
    assertThat(others.sorted()).isEmpty();
    values.add(others);
    assertThat(values.areMany()).isTrue();
  }
}
