package io.coppice.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.data.ImageSet;
import io.coppice.network.Shape;
import io.coppice.source.SourceImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {

  private static final Shape SHAPE = new Shape(1, 2, 3);
  private static final ImageRange FIRST = new ImageRange(ImageRole.TRAIN, 0, 0, 0, 5);
  private static final ImageRange SECOND = new ImageRange(ImageRole.TEST, 0, 0, 0, 4);

  @TempDir Path directory;

  private final AtomicInteger loads = new AtomicInteger();

  @Test
  void get_beyondTheShareOfTheHeap_sameImagesFromAFileWithoutAName() throws IOException {
    try (ImageStore store = new ImageStore(30, this::temporaryFile)) {
      assertImages(get(store, FIRST), FIRST);
      assertThat(store.heapBytes()).isEqualTo(30);
      assertThat(store.mappedBytes()).isZero();
      ImageSet mapped = get(store, SECOND);
      assertImages(mapped, SECOND);
      assertThat(store.heapBytes()).isEqualTo(30);
      assertThat(store.mappedBytes()).isEqualTo(24);
      assertThat(directory).isEmptyDirectory();
      assertThat(get(store, SECOND)).isSameAs(mapped);
      assertThat(loads.get()).isEqualTo(2);
      store.close();
      assertThat(store.mappedBytes()).isZero();
    }
  }

  @Test
  void get_manyThreadsAtOnce_loadsOnce() {
    try (ImageStore store = new ImageStore(0, this::temporaryFile)) {
      List<ImageSet> sets =
          IntStream.range(0, 16).parallel().mapToObj(i -> get(store, FIRST)).toList();
      assertThat(sets).allMatch(set -> set == sets.get(0));
      assertThat(loads.get()).isEqualTo(1);
    }
  }

  @Test
  void get_noRoomOnTheDisk_saysSoAndCanBeTriedAgain() {
    boolean[] full = {true};
    try (ImageStore store =
        new ImageStore(
            0, () -> full[0] ? directory.resolve("none/file").toFile() : temporaryFile())) {
      assertThatThrownBy(() -> get(store, FIRST))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("local disk");
      assertThat(store.mappedBytes()).isZero();
      full[0] = false;
      assertImages(get(store, FIRST), FIRST);
    }
  }

  private java.io.File temporaryFile() {
    try {
      return Files.createTempFile(directory, "images", "").toFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ImageSet get(ImageStore store, ImageRange range) {
    return store.get(
        range,
        new ImageKind(SHAPE, 10, null),
        () -> {
          loads.incrementAndGet();
          return IntStream.range(0, range.count())
              .mapToObj(image -> record(range, image))
              .iterator();
        });
  }

  private static byte[] record(ImageRange range, int image) {
    return ImageRecord.of(new SourceImage.Readable(image % 10, pixels(range, image)), SHAPE, false)
        .bytes();
  }

  private static byte[] pixels(ImageRange range, int image) {
    byte[] pixels = new byte[SHAPE.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (100 * range.role().ordinal() + 10 * image + i);
    }
    return pixels;
  }

  private static void assertImages(ImageSet images, ImageRange range) {
    assertThat(images.size()).isEqualTo(range.count());
    byte[] pixels = new byte[SHAPE.size()];
    for (int image = 0; image < range.count(); image++) {
      images.read(image, pixels);
      assertThat(images.label(image)).isEqualTo(image % 10);
      assertThat(pixels).containsExactly(pixels(range, image));
    }
  }
}
