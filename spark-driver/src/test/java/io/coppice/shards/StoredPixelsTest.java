package io.coppice.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.data.ImagePart;
import io.coppice.data.ImageSet;
import io.coppice.image.ImageDecoder;
import io.coppice.image.ImageFit;
import io.coppice.network.Shape;
import io.coppice.source.GeneratedImages;
import io.coppice.source.SourceImage;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images in a store, some of them as image files. */
class StoredPixelsTest {

  private static final int IMAGES = 24;
  private static final ImageFit FIT = new ImageFit(3, 20, 16);
  private static final Shape SHAPE = new Shape(3, 16, 16);
  private static final ImageRange RANGE = new ImageRange(ImageRole.TRAIN, 0, 0, 0, IMAGES);

  @TempDir Path directory;

  @Test
  void read_filesAndPixelsMixed_samePixelsOnTheHeapAndInFilesByManyThreads() throws Exception {
    List<byte[]> expected = new ArrayList<>();
    List<byte[]> records = new ArrayList<>();
    long kept = 0;
    try (ImageDecoder decoder = new ImageDecoder()) {
      for (int i = 0; i < IMAGES; i++) {
        byte[] file = GeneratedImages.smooth(i % 2 == 0 ? "jpeg" : "png", 30 + i, 50 - i, i);
        byte[] pixels = FIT.apply(decoder.decode(file)).pixels();
        expected.add(pixels);
        byte[] encoded = i % 3 == 0 ? null : file;
        kept += encoded == null ? pixels.length : encoded.length;
        records.add(
            ImageRecord.of(new SourceImage.Readable(i, pixels, encoded), SHAPE, true).bytes());
      }
    }
    for (long heap : new long[] {1 << 30, 0}) {
      try (ImageStore store = new ImageStore(heap, this::temporaryFile)) {
        ImageSet images =
            store.get(RANGE, new ImageKind(SHAPE, IMAGES, FIT), () -> records.iterator());
        assertThat(heap > 0 ? store.heapBytes() : store.mappedBytes()).isEqualTo(kept);
        assertThat(heap > 0 ? store.mappedBytes() : store.heapBytes()).isZero();
        List<Integer> wrong =
            IntStream.range(0, 10 * IMAGES)
                .parallel()
                .map(i -> i % IMAGES)
                .filter(
                    image -> {
                      byte[] pixels = new byte[SHAPE.size()];
                      images.read(image, pixels);
                      return images.label(image) != image
                          || !Arrays.equals(pixels, expected.get(image));
                    })
                .boxed()
                .toList();
        assertThat(wrong).isEmpty();
      }
    }
  }

  @Test
  void readPart_file_isThePartOfTheWholeImage() throws Exception {
    byte[] file = GeneratedImages.smooth("png", 30, 50, 1);
    byte[] pixels;
    byte[] expected;
    try (ImageDecoder decoder = new ImageDecoder()) {
      pixels = FIT.apply(decoder.decode(file)).pixels();
      expected = FIT.part(decoder.decode(file), 3, 20, 25, 30, 16, 16).pixels();
    }
    BitSet encoded = new BitSet();
    encoded.set(0);
    try (DecoderPool decoders = new DecoderPool();
        RecordWriter writer = new RecordWriter(2, new AnyHeap(), this::temporaryFile)) {
      writer.add(file, 0, file.length);
      writer.add(pixels, 0, pixels.length);
      StoredPixels stored =
          new StoredPixels(writer.finish(new ArrayList<>()), encoded, FIT, SHAPE, decoders);
      byte[] read = new byte[SHAPE.size()];
      boolean whole =
          stored.readPart(
              0,
              (height, width) -> {
                assertThat(height).isEqualTo(30);
                assertThat(width).isEqualTo(50);
                return new ImagePart(3, 20, 25, 30);
              },
              read);
      assertThat(whole).isTrue();
      assertThat(read).containsExactly(expected);
      assertThat(stored.readPart(1, (height, width) -> new ImagePart(0, 0, 1, 1), read)).isFalse();
      assertThat(read).containsExactly(expected);
    }
  }

  /** A heap without bounds. */
  private static final class AnyHeap implements RecordWriter.Memory {
    @Override
    public boolean reserve(long bytes) {
      return true;
    }

    @Override
    public void release(long bytes) {}
  }

  @Test
  void read_fileThatIsNone_saysSo() {
    byte[] record =
        ImageRecord.of(
                new SourceImage.Readable(0, new byte[SHAPE.size()], new byte[] {1}), SHAPE, true)
            .bytes();
    try (ImageStore store = new ImageStore(1 << 20, this::temporaryFile)) {
      ImageSet images =
          store.get(
              new ImageRange(ImageRole.TRAIN, 0, 0, 0, 1),
              new ImageKind(SHAPE, 1, FIT),
              () -> List.of(record).iterator());
      assertThatThrownBy(() -> images.read(0, new byte[SHAPE.size()]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot be decoded any more: not a JPEG, PNG, BMP or GIF image");
    }
  }

  private File temporaryFile() {
    try {
      return Files.createTempFile(directory, "images", "").toFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
