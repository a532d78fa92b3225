package io.coppice.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.data.ImageSet;
import io.coppice.data.InvalidDataException;
import io.coppice.data.Normalisation;
import io.coppice.network.Shape;
import io.coppice.source.ImageSource;
import io.coppice.source.MemorySource;
import io.coppice.source.SourceImage;
import io.coppice.source.SourceImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

/** What a run has of its images, on a real Spark. */
class RunImagesTest {

  private static final Shape SHAPE = new Shape(2, 1, 2);
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .set("spark.kryo.registrationRequired", "true"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void read_anyOrderAndPartitions_sameShardsAndFingerprint() throws IOException {
    List<SourceImage> train = images(0, 103);
    List<SourceImage> test = images(1, 20);
    List<List<List<String>>> seen = new ArrayList<>();
    List<DataSummary> summaries = new ArrayList<>();
    for (int partitions : new int[] {1, 2, 7}) {
      Collections.shuffle(train, new Random(partitions));
      try (RunImages images = read(source(train, test, partitions), 3, false)) {
        seen.add(
            List.of(
                contents(images, images.heldBack(1)),
                contents(images, images.ofShards()),
                contents(images, images.test(4))));
        summaries.add(images.summary());
      }
    }
    assertThat(seen.get(1)).isEqualTo(seen.get(0));
    assertThat(seen.get(2)).isEqualTo(seen.get(0));
    assertThat(summaries.get(1)).isEqualTo(summaries.get(0));
    assertThat(summaries.get(2)).isEqualTo(summaries.get(0));
    List<String> all = new ArrayList<>(seen.get(0).get(0));
    all.addAll(seen.get(0).get(1));
    assertThat(all)
        .containsExactlyInAnyOrderElementsOf(train.stream().map(RunImagesTest::text).toList());
    assertThat(seen.get(0).get(2))
        .containsExactlyInAnyOrderElementsOf(test.stream().map(RunImagesTest::text).toList());
  }

  @Test
  void read_shards_differByOneImageAtMostAndFollowTheSeed() throws IOException {
    ImageSource source = source(images(0, 103), images(1, 20), 3);
    try (RunImages one = read(source, 1);
        RunImages other = read(source, 2)) {
      assertThat(one.ofShards().stream().map(ImageRange::count)).containsExactly(31, 31, 31);
      assertThat(one.heldBack(1).get(0).count()).isEqualTo(10);
      assertThat(one.summary()).isEqualTo(other.summary());
      assertThat(contents(one, one.heldBack(1))).isNotEqualTo(contents(other, other.heldBack(1)));
    }
  }

  @Test
  void read_equalImages_areAllKept() throws IOException {
    List<SourceImage> train = new ArrayList<>(images(0, 30));
    train.addAll(images(0, 30));
    try (RunImages images = read(source(train, images(1, 5), 2), 3, false)) {
      assertThat(images.summary().train().images()).isEqualTo(60);
      List<String> all = new ArrayList<>(contents(images, images.heldBack(1)));
      all.addAll(contents(images, images.ofShards()));
      assertThat(all)
          .hasSize(60)
          .containsExactlyInAnyOrderElementsOf(train.stream().map(RunImagesTest::text).toList());
    }
  }

  @Test
  void read_anyImages_summaryCountsThem() throws IOException {
    try (RunImages images = read(source(images(0, 40), images(1, 7), 2), 2, false)) {
      DataSummary summary = images.summary();
      assertThat(summary.train().images()).isEqualTo(40);
      assertThat(summary.train().ofClass()).containsExactly(14L, 13L, 13L);
      assertThat(summary.classes()).containsExactly("0", "1", "2");
      double sum = 0;
      for (SourceImage image : images(0, 40)) {
        byte[] pixels = ((SourceImage.Readable) image).pixels();
        sum += (pixels[2] & 0xff) + (pixels[3] & 0xff);
      }
      assertThat(summary.normalisation().mean()[1]).isEqualTo((float) (sum / 80));
    }
  }

  @Test
  void read_unreadableImages_refusedWithAllOfThemOrSkippedAndCounted() throws IOException {
    List<SourceImage> train = new ArrayList<>(images(0, 40));
    train.add(new SourceImage.Unreadable("b.jpg: cut off"));
    train.add(new SourceImage.Unreadable("a.jpg: no image"));
    ImageSource source = source(train, images(1, 7), 3);
    assertThatThrownBy(() -> read(source, 2, false))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage(
            "images of a test: 2 problems\n  - a.jpg: no image\n  - b.jpg: cut off"
                + "\nset data.onBadImage=skip to pass over images that cannot be read");
    try (RunImages images = read(source, 2, true)) {
      assertThat(images.summary().train().images()).isEqualTo(40);
      assertThat(images.summary().train().unreadable()).isEqualTo(2);
    }
  }

  @Test
  void read_emptyOneClassOrClassWithoutImages_refused() {
    assertRefused(source(List.of(), images(1, 5), 1), "expected training images, found none");
    assertRefused(source(images(0, 9), List.of(), 1), "expected test images, found none");
    List<SourceImage> oneClass =
        images(0, 30).stream()
            .filter(image -> ((SourceImage.Readable) image).label() == 0)
            .toList();
    assertRefused(source(oneClass, images(1, 5), 1), "found one class only");
    List<SourceImage> noTwo =
        images(0, 30).stream()
            .filter(image -> ((SourceImage.Readable) image).label() != 1)
            .toList();
    assertRefused(source(noTwo, images(1, 5), 1), "found none of 1 among 3 classes");
    List<SourceImage> strange = new ArrayList<>(images(1, 5));
    strange.add(new SourceImage.Readable(7, new byte[4]));
    assertRefused(source(images(0, 30), strange, 1), "labels from 0 to 2", "found 7");
    assertRefused(source(images(0, 4), images(1, 5), 1), "5 shards need at least as many");
  }

  @Test
  void read_dataOrStorageFails_saysWhereAndWhat() {
    InvalidDataException invalid = new InvalidDataException("f.bin", 17, "a label", "200");
    assertThatThrownBy(() -> read(failing(invalid), 2, true))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage("f.bin: at byte 17 expected a label, found 200");
    assertThatThrownBy(
            () ->
                read(
                    failing(new UncheckedIOException(new IOException("f.bin: no such host"))),
                    2,
                    true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("f.bin: no such host");
  }

  @Test
  void read_normalisationGiven_isTheRunsAndPartOfTheFingerprint() throws IOException {
    MemorySource images = source(images(0, 12), images(1, 3), 1);
    Normalisation given = new Normalisation(new float[] {0, 3}, new float[] {255, 2});
    DataSummary own;
    DataSummary other;
    try (RunImages computed = read(images, 2, false);
        RunImages with = read(normalised(images, given), 2, false);
        RunImages without = read(normalised(images, null), 2, false)) {
      own = computed.summary();
      other = with.summary();
      assertThat(without.summary()).isEqualTo(own);
    }
    assertThat(other.normalisation()).isEqualTo(given);
    assertThat(own.normalisation()).isNotEqualTo(given);
    assertThat(other.train().fingerprint()).isNotEqualTo(own.train().fingerprint());
    assertThat(other.test()).isEqualTo(own.test());
    assertRefused(
        normalised(images, new Normalisation(new float[1], new float[] {1})),
        "normalisation for each channel of images of 2x1x2, found 1");
  }

  private static ImageSource normalised(MemorySource images, @Nullable Normalisation by) {
    return new ImageSource() {
      @Override
      public String name() {
        return images.name();
      }

      @Override
      public SourceImages open(JavaSparkContext context, Configuration hadoop) {
        SourceImages all = images.open(context, hadoop);
        return new SourceImages(all.shape(), all.classes(), all.train(), all.test(), null, by);
      }
    };
  }

  private static void assertRefused(ImageSource source, String... parts) {
    assertThatThrownBy(() -> read(source, 5, false).close())
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContainingAll(parts);
  }

  /** A source whose second training image cannot be had. */
  private static ImageSource failing(RuntimeException failure) {
    List<SourceImage> train = images(0, 12);
    MemorySource whole = source(train, images(1, 3), 1);
    return new ImageSource() {
      @Override
      public String name() {
        return "failing";
      }

      @Override
      public SourceImages open(JavaSparkContext spark, Configuration hadoop) {
        SourceImages opened = whole.open(spark, hadoop);
        return new SourceImages(
            opened.shape(),
            opened.classes(),
            new FailingRdd(opened.train(), failure),
            opened.test());
      }
    };
  }

  /** Images of which the second one fails. */
  private static final class FailingRdd extends RDD<SourceImage> {
    private static final long serialVersionUID = 1L;

    private final RDD<SourceImage> images;
    private final RuntimeException failure;

    FailingRdd(RDD<SourceImage> images, RuntimeException failure) {
      super(images, scala.reflect.ClassTag$.MODULE$.apply(SourceImage.class));
      this.images = images;
      this.failure = failure;
    }

    @Override
    public org.apache.spark.Partition[] getPartitions() {
      return images.partitions();
    }

    @Override
    public scala.collection.Iterator<SourceImage> compute(
        org.apache.spark.Partition split, TaskContext context) {
      java.util.Iterator<SourceImage> all =
          JavaConverters.asJavaIterator(images.iterator(split, context));
      int[] read = {0};
      return JavaConverters.asScalaIterator(
          new java.util.Iterator<SourceImage>() {
            @Override
            public boolean hasNext() {
              if (read[0] == 1) {
                throw failure;
              }
              return all.hasNext();
            }

            @Override
            public SourceImage next() {
              read[0]++;
              return all.next();
            }
          });
    }
  }

  private static RunImages read(ImageSource source, long seed) throws IOException {
    return read(source, new RunImages.Division(seed, 3, 0.1, false));
  }

  private static RunImages read(ImageSource source, int shards, boolean skip) throws IOException {
    return read(source, new RunImages.Division(1, shards, 0.1, skip));
  }

  private static RunImages read(ImageSource source, RunImages.Division division)
      throws IOException {
    return RunImages.read(
        spark,
        (what, job) -> {
          List<byte[]> replies = job.toJavaRDD().collect();
          return replies.toArray(byte[][]::new);
        },
        source,
        new Configuration(),
        division);
  }

  /** The images of some ranges, in their order, read by tasks. */
  private static List<String> contents(RunImages images, List<ImageRange> ranges) {
    ExecutorImages onExecutors = images.onExecutors();
    List<List<ImageRange>> ofTasks = ranges.stream().map(List::of).toList();
    List<String> all = new ArrayList<>();
    new ContentsRdd(spark.sc(), onExecutors, ofTasks)
        .toJavaRDD()
        .collect()
        .forEach(
            part ->
                all.addAll(
                    List.of(
                        new String(part, java.nio.charset.StandardCharsets.UTF_8).split("\n"))));
    return all;
  }

  private static final class ContentsRdd extends RDD<byte[]> {
    private static final long serialVersionUID = 1L;

    private final ExecutorImages images;
    private final List<List<ImageRange>> ranges;

    ContentsRdd(
        org.apache.spark.SparkContext spark, ExecutorImages images, List<List<ImageRange>> ranges) {
      super(
          spark,
          JavaConverters.asScalaBuffer(images.dependencies(ranges)).toSeq(),
          scala.reflect.ClassTag$.MODULE$.apply(byte[].class));
      this.images = images;
      this.ranges = ranges;
    }

    @Override
    public org.apache.spark.Partition[] getPartitions() {
      return IntStream.range(0, ranges.size())
          .mapToObj(Bucket::new)
          .toArray(org.apache.spark.Partition[]::new);
    }

    @Override
    public scala.collection.Iterator<byte[]> compute(
        org.apache.spark.Partition split, TaskContext context) {
      try (ImageStore store = new ImageStore(1 << 20, () -> new java.io.File("unused"))) {
        ImageSet set = images.get(ranges.get(split.index()).get(0), store, context);
        StringBuilder text = new StringBuilder();
        byte[] pixels = new byte[SHAPE.size()];
        for (int image = 0; image < set.size(); image++) {
          set.read(image, pixels);
          text.append(text(new SourceImage.Readable(set.label(image), pixels))).append('\n');
        }
        return scala.collection.Iterator$.MODULE$.single(
            text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
  }

  private static String text(SourceImage image) {
    SourceImage.Readable readable = (SourceImage.Readable) image;
    return readable.label() + ":" + ByteBuffer.wrap(readable.pixels()).getInt();
  }

  private static MemorySource source(
      List<SourceImage> train, List<SourceImage> test, int partitions) {
    return new MemorySource(SHAPE, List.of(), train, test, partitions);
  }

  /** Different images of three classes. */
  private static List<SourceImage> images(int set, int count) {
    List<SourceImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = {(byte) set, (byte) (i >> 8), (byte) i, (byte) (7 * i)};
      images.add(new SourceImage.Readable(i % 3, pixels));
    }
    return images;
  }
}
