import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.common.collect.ImmutableList;
import io.coppice.source.FileSource;
import io.coppice.spark.Trainer;
import io.coppice.spark.TrainingResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.lang3.StringUtils;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;

/** Says which version of libraries it meets, before and after a training. */
public class OtherVersions {

  private static final Map<String, String> SETTINGS =
      Map.of(
          "network.name", "resnet8",
          "network.width", "0.5",
          "structure.budget", "0.5",
          "training.epochs", "1",
          "finish.fineTuneEpochs", "0");

  @CommandLine.Command(name = "arguments")
  static class Arguments {
    @CommandLine.Option(names = "--number")
    int number;
  }

  public static void main(String[] arguments) throws Exception {
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf())) {
      tell(spark, "before");
      TrainingResult result = Trainer.of(SETTINGS).train(spark, FileSource.sample());
      System.out.printf("trained: accuracy %.3f%n", result.summary().testAccuracy());
      tell(spark, "after");
    }
  }

  private static void tell(JavaSparkContext spark, String when) throws Exception {
    System.out.println("driver " + when + ": " + versions());
    List<String> told = spark.parallelize(List.of(1, 2), 2).map(i -> versions()).distinct().collect();
    System.out.println("executors " + when + ": " + String.join(" | ", told));
  }

  /** Uses each library, and names its version, or whether it comes from the program's own jars. */
  static String versions() throws Exception {
    Arguments parsed = new Arguments();
    new CommandLine(parsed).parseArgs("--number", "7");
    Map<String, Object> read = new Yaml().load("number: " + parsed.number);
    Map<String, Object> json = new ObjectMapper().readValue("{\"number\": 7}", HashMap.class);
    Map<String, Object> yaml = new YAMLMapper().readValue("number: 7", HashMap.class);
    if (!read.equals(json) || !read.equals(yaml) || !StringUtils.isNumeric("7") || ImmutableList.of(7).size() != 1) {
      throw new IllegalStateException("read " + read + " and " + json);
    }
    return "picocli " + CommandLine.VERSION
        + ", snakeyaml " + (isOwn(Yaml.class) ? "own" : "Spark's")
        + ", yaml " + (isOwn(YAMLMapper.class) ? "own" : "Spark's")
        + ", jackson " + new ObjectMapper().version()
        + ", guava " + (isOwn(ImmutableList.class) ? "own" : "Spark's")
        + ", lang3 " + (isOwn(StringUtils.class) ? "own" : "Spark's");
  }

  private static boolean isOwn(Class<?> type) {
    return !type.getProtectionDomain().getCodeSource().getLocation().getPath().contains("/spark/jars/");
  }
}
