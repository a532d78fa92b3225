package io.coppice.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.data.InvalidDataException;
import io.coppice.network.Shape;
import io.coppice.shards.DataSummary;
import io.coppice.spark.Trainer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Images of any source as rows. */
class ImageTableTest {

  private static final Shape SHAPE = new Shape(3, 1, 2);

  private static SparkSession session;

  @BeforeAll
  static void start() {
    session =
        SparkSession.builder()
            .config(
                new SparkConf()
                    .setMaster("local[2]")
                    .setAppName("test")
                    .set("spark.ui.enabled", "false"))
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  @Test
  void train_sampleThatShips_isReadBackAsTheSameImages() throws IOException {
    Dataset<Row> train = ImageTable.train(session, FileSource.sample());
    Dataset<Row> test = ImageTable.test(session, FileSource.sample());
    assertThat(train.columns()).containsExactly("label", "image");
    Map<String, String> grey = Map.of("data.channels", "1");
    DataSummary direct = summary(FileSource.sample());
    DataSummary byRows = summary(TableSource.of(train, test, grey));
    assertThat(byRows.train()).isEqualTo(direct.train());
    assertThat(byRows.test()).isEqualTo(direct.test());
    assertThat(byRows.normalisation()).isEqualTo(direct.normalisation());
  }

  private static DataSummary summary(ImageSource source) throws IOException {
    return Trainer.of(Map.of())
        .validate(JavaSparkContext.fromSparkContext(session.sparkContext()), source)
        .data();
  }

  @Test
  void train_coloursAndNames_areThoseOfTheSource() throws IOException {
    List<SourceImage> images =
        List.of(
            new SourceImage.Readable(1, new byte[] {1, 2, 3, 4, 5, 6}),
            new SourceImage.Readable(0, new byte[] {9, 8, 7, 6, 5, 4}));
    MemorySource source = new MemorySource(SHAPE, List.of("cat", "dog"), images, images, 1);

    Dataset<Row> rows = ImageTable.train(session, source);
    Row first = rows.first();
    assertThat(first.getInt(0)).isEqualTo(1);
    // Red, green and blue of the first position are 1, 3 and 5.
    assertThat(first.getStruct(1).<byte[]>getAs("data")).containsExactly(5, 3, 1, 6, 4, 2);
    SourceImages read =
        TableSource.of(rows, Map.of("data.testShare", "0"))
            .open(
                JavaSparkContext.fromSparkContext(session.sparkContext()),
                session.sparkContext().hadoopConfiguration());
    assertThat(read.classes()).containsExactly("cat", "dog");
    assertThat(((SourceImage.Readable) read.train().first()).pixels())
        .containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void train_whatSparkHasNoImagesFor_isRefused() {
    List<SourceImage> two = List.of(new SourceImage.Readable(0, new byte[2]));
    assertThatThrownBy(
            () ->
                ImageTable.train(
                    session, new MemorySource(new Shape(2, 1, 1), List.of(), two, two, 1)))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("1 channel or 3, found images of 2x1x1");
    List<SourceImage> broken = List.of(new SourceImage.Unreadable("a.png: cut off"));
    assertThatThrownBy(
            () ->
                ImageTable.train(session, new MemorySource(SHAPE, List.of(), broken, broken, 1))
                    .count())
        .isInstanceOf(SparkException.class)
        .hasMessageContaining("a.png: cut off");
  }
}
