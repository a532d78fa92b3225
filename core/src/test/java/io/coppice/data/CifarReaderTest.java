package io.coppice.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CifarReaderTest {

  @Test
  void read_files_imagesInTheirOrder() throws IOException {
    MemoryDataSource source =
        new MemoryDataSource().put("a", records(1, 3, 9)).put("b", records(1, 4));
    List<LabelledImage> images = read(source, CifarReader.Variant.CIFAR10, "a");
    assertThat(images).extracting(LabelledImage::label).containsExactly(3, 9);
    assertThat(images.get(1).pixels()).hasSize(3072);
    assertThat(images.get(1).pixels()[3071]).isEqualTo((byte) (3071 + 9));
    assertThat(read(source, CifarReader.Variant.CIFAR10, "b"))
        .extracting(LabelledImage::label)
        .containsExactly(4);
  }

  @Test
  void read_cifar100_takesTheFineLabel() throws IOException {
    MemoryDataSource source = new MemoryDataSource().put("train.bin", records(2, 77));
    LabelledImage image = read(source, CifarReader.Variant.CIFAR100, "train.bin").get(0);
    assertThat(image.label()).isEqualTo(77);
    assertThat(image.pixels()[0]).isEqualTo((byte) 77);
  }

  @Test
  void read_shortImage_namesFileAndOffset() {
    byte[] cut = Arrays.copyOf(records(1, 1, 2), 3073 + 100);
    MemoryDataSource source = new MemoryDataSource().put("a", cut);
    assertThatThrownBy(() -> read(source, CifarReader.Variant.CIFAR10, "a"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage(
            "/data/a: at byte 3073 expected a record of 3073 bytes, found the end of the file after 100");
  }

  @Test
  void read_labelOutOfRange_namesFileAndOffset() {
    MemoryDataSource source = new MemoryDataSource().put("a", records(1, 1, 10));
    assertThatThrownBy(() -> read(source, CifarReader.Variant.CIFAR10, "a"))
        .hasMessage("/data/a: at byte 3073 expected a label from 0 to 9, found 10");
  }

  @Test
  void read_emptyFile_refused() {
    MemoryDataSource source = new MemoryDataSource().put("a", new byte[0]);
    assertThatThrownBy(() -> read(source, CifarReader.Variant.CIFAR10, "a"))
        .hasMessageContaining("at byte 0");
  }

  @Test
  void detect_eachFormat_byItsFiles() throws IOException {
    assertThat(DatasetFormat.detect(new MemoryDataSource().put("data_batch_1.bin", new byte[0])))
        .isEqualTo(DatasetFormat.CIFAR10);
    assertThat(DatasetFormat.detect(new MemoryDataSource().put("train.bin", new byte[0])))
        .isEqualTo(DatasetFormat.CIFAR100);
    assertThat(
            DatasetFormat.detect(
                new MemoryDataSource().put("train-images-idx3-ubyte.gz", new byte[0])))
        .isEqualTo(DatasetFormat.IDX);
    assertThatThrownBy(() -> DatasetFormat.detect(new MemoryDataSource()))
        .hasMessageContaining("no data set was found")
        .hasMessageContaining("data_batch_1.bin");
  }

  @Test
  void files_filesMissing_namesThemAll() {
    MemoryDataSource source = new MemoryDataSource().put("data_batch_1.bin", records(1, 1));
    assertThatThrownBy(() -> DatasetFormat.CIFAR10.files(source, 0))
        .hasMessageContaining("/data/data_batch_2.bin")
        .hasMessageContaining("/data/test_batch.bin");
  }

  @Test
  void files_testImagesOfAnotherShape_refused() {
    MemoryDataSource source =
        new MemoryDataSource()
            .put("train-images-idx3-ubyte", IdxReaderTest.images(2, 3, 3))
            .put("train-labels-idx1-ubyte", IdxReaderTest.labels(0, 1))
            .put("t10k-images-idx3-ubyte", IdxReaderTest.images(2, 3, 4))
            .put("t10k-labels-idx1-ubyte", IdxReaderTest.labels(0, 1));
    assertThatThrownBy(() -> DatasetFormat.IDX.files(source, 0))
        .hasMessageContaining("1x3x3")
        .hasMessageContaining("1x3x4");
  }

  private static List<LabelledImage> read(
      DataSource source, CifarReader.Variant variant, String name) throws IOException {
    return ReadImages.all(source, List.of(new CifarPart(variant, name)));
  }

  /** One record a label; pixel i of a record is i plus its label. */
  private static byte[] records(int labelBytes, int... labels) {
    int recordBytes = labelBytes + 3072;
    byte[] file = new byte[labels.length * recordBytes];
    for (int r = 0; r < labels.length; r++) {
      file[r * recordBytes + labelBytes - 1] = (byte) labels[r];
      for (int i = 0; i < 3072; i++) {
        file[r * recordBytes + labelBytes + i] = (byte) (i + labels[r]);
      }
    }
    return file;
  }
}
