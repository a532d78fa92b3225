package io.coppice.train;

import io.coppice.compact.CompactNetworks;
import io.coppice.data.Augmentation;
import io.coppice.data.ImageSet;
import io.coppice.data.Minibatches;
import io.coppice.data.Normalisation;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.structure.Mask;
import java.util.List;
import java.util.Random;

/** A network of a test, masks of it, and images of noise for it. */
final class SmallNetwork {

  static final Network NETWORK = NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 0.25);
  static final CompactNetworks NETWORKS = new CompactNetworks(NETWORK);
  static final List<Mask> MASKS =
      List.of(firstChannels(2), Mask.full(NETWORK.groupChannels()), firstChannels(1));

  private SmallNetwork() {}

  /** The first channels of every group. */
  static Mask firstChannels(int count) {
    Mask.Builder mask = Mask.builder(NETWORK.groupChannels());
    for (int group = 0; group < NETWORK.groupChannels().length; group++) {
      mask.activate(group, 0, count);
    }
    return mask.build();
  }

  /** The first of a row of images. */
  static ImageSet images(int first, int count) {
    byte[] pixels = new byte[count * 64];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      byte[] image = new byte[64];
      new Random(first + i).nextBytes(image);
      System.arraycopy(image, 0, pixels, i * 64, 64);
      labels[i] = (first + i) % 3;
    }
    return new ImageSet(1, 8, 8, 3, pixels, labels);
  }

  /** Minibatches of some images, as they are. */
  static Minibatches minibatches(ImageSet images, int stream) {
    return new Minibatches(
        images,
        new Normalisation(new float[] {128}, new float[] {64}),
        Augmentation.NONE,
        1,
        stream);
  }
}
