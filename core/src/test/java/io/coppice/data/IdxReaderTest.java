package io.coppice.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class IdxReaderTest {

  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @Test
  void read_plainFiles_imagesAndLabels() throws IOException {
    MemoryDataSource source = source(images(3, 2, 4), labels(1, 0, 2));
    DatasetFiles files = DatasetFormat.IDX.files(source, 0);
    assertThat(files.channels()).isEqualTo(1);
    assertThat(files.height()).isEqualTo(2);
    assertThat(files.width()).isEqualTo(4);
    assertThat(files.classes()).isZero();
    List<LabelledImage> images = ReadImages.all(source, files.train());
    assertThat(images).extracting(LabelledImage::label).containsExactly(1, 0, 2);
    assertThat(images.get(1).pixels()[3]).isEqualTo((byte) ((1 * 8 + 3) * 11));
  }

  @Test
  void read_gzipFiles_sameAsPlain() throws IOException {
    assertThat(read(gzip(images(3, 2, 4)), gzip(labels(1, 0, 2)), 0))
        .usingRecursiveComparison()
        .isEqualTo(read(images(3, 2, 4), labels(1, 0, 2), 0));
  }

  @Test
  void read_partsOfPlainOrPackedFiles_areTheWhole() throws IOException {
    byte[] images = images(5, 3, 3);
    byte[] labels = labels(4, 0, 1, 2, 3);
    List<LabelledImage> whole = read(images, labels, 0);
    for (boolean packed : new boolean[] {false, true}) {
      MemoryDataSource source =
          packed ? source(gzip(images), gzip(labels)) : source(images, labels);
      List<IdxPart> parts =
          List.of(
              new IdxPart(IMAGES, LABELS, 0, 2, 5),
              new IdxPart(IMAGES, LABELS, 2, 1, 5),
              new IdxPart(IMAGES, LABELS, 3, 2, 5));
      assertThat(ReadImages.all(source, parts)).usingRecursiveComparison().isEqualTo(whole);
    }
  }

  @Test
  void read_anyTruncation_refusedNamingFileAndOffset() {
    byte[] whole = images(2, 3, 3);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut, labels(0, 1), 0))
          .isInstanceOf(InvalidDataException.class)
          .hasMessageContaining("/data/" + IMAGES)
          .hasMessageContaining("at byte");
    }
  }

  @Test
  void read_shortImages_saysHowMuchIsMissing() {
    byte[] cut = Arrays.copyOf(images(2, 3, 3), 16 + 10);
    assertThatThrownBy(() -> read(cut, labels(0, 1), 0))
        .hasMessage(
            "/data/"
                + IMAGES
                + ": at byte 26 expected 8 more bytes of pixels, found the end of the file");
  }

  @Test
  void read_damagedGzip_refused() {
    byte[] packed = gzip(images(20, 3, 3));
    byte[] cut = Arrays.copyOf(packed, packed.length - 12);
    assertThatThrownBy(() -> read(cut, labels(new int[20]), 0))
        .isInstanceOf(InvalidDataException.class);
  }

  @Test
  void read_damagedGzipHeader_refusedNamingTheFileAndClosed() {
    for (byte[] header :
        new byte[][] {
          {0x1f, (byte) 0x8b},
          {0x1f, (byte) 0x8b, 8, 0},
          {0x1f, (byte) 0x8b, 7, 0, 0, 0, 0, 0, 0, 0}
        }) {
      MemoryDataSource source = source(header, header);
      assertThatThrownBy(() -> DatasetFormat.IDX.files(source, 0))
          .isInstanceOf(InvalidDataException.class)
          .hasMessageContaining("/data/" + LABELS + ": at byte 0 expected an intact gzip header");
      assertThat(source.open()).isZero();
    }
  }

  @Test
  void read_countsDisagree_namesBothFiles() {
    assertThatThrownBy(() -> read(images(3, 2, 2), labels(0, 1), 0))
        .hasMessageContaining("at byte 4")
        .hasMessageContaining("2 images")
        .hasMessageContaining("/data/" + LABELS)
        .hasMessageContaining("found 3");
  }

  @Test
  void read_labelOutOfRange_namesItsOffset() {
    assertThatThrownBy(() -> read(images(3, 2, 2), labels(0, 9, 1), 5))
        .hasMessage("/data/" + LABELS + ": at byte 9 expected a label from 0 to 4, found 9");
  }

  @Test
  void read_trailingBytes_refused() {
    byte[] whole = images(2, 2, 2);
    assertThatThrownBy(() -> read(Arrays.copyOf(whole, whole.length + 1), labels(0, 1), 0))
        .hasMessageContaining("at byte 24 expected the end of the file, found more bytes");
  }

  @Test
  void read_wrongMagicNumber_refused() {
    assertThatThrownBy(() -> read(labels(0, 1), labels(0, 1), 0))
        .hasMessageContaining("0x00000803")
        .hasMessageContaining("0x00000801");
  }

  @Test
  void read_hugeDeclaredSize_refusedWithoutAllocation() {
    byte[] header = images(1, 1, 1);
    header[8] = 0x7f;
    assertThatThrownBy(() -> read(header, labels(0), 0)).hasMessageContaining("1 to 4096 rows");
  }

  /** The training images of a data set whose test images are the same. */
  private static List<LabelledImage> read(byte[] images, byte[] labels, int classes)
      throws IOException {
    MemoryDataSource source = source(images, labels);
    return ReadImages.all(source, DatasetFormat.IDX.files(source, classes).train());
  }

  private static MemoryDataSource source(byte[] images, byte[] labels) {
    return new MemoryDataSource()
        .put(IMAGES, images)
        .put(LABELS, labels)
        .put("t10k-images-idx3-ubyte", images)
        .put("t10k-labels-idx1-ubyte", labels);
  }

  static byte[] images(int count, int rows, int columns) {
    return file(
        out -> {
          out.writeInt(0x803);
          out.writeInt(count);
          out.writeInt(rows);
          out.writeInt(columns);
          for (int i = 0; i < count * rows * columns; i++) {
            out.writeByte(i * 11);
          }
        });
  }

  static byte[] labels(int... labels) {
    return file(
        out -> {
          out.writeInt(0x801);
          out.writeInt(labels.length);
          for (int label : labels) {
            out.writeByte(label);
          }
        });
  }

  private interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] file(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writer.write(out);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }
}
