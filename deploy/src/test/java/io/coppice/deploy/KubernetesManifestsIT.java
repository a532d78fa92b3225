package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The manifests, held against the schemas of what reads them. */
class KubernetesManifestsIT {

  private static final Path MANIFESTS = Commands.DEPLOY.resolve("kubernetes");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:(\\w+)}|\\$\\((\\w+)\\)");

  /** What Kubernetes itself knows, each as its client's class. */
  private static final Map<String, Class<?>> TYPES =
      Map.of(
          "batch/v1 CronJob", CronJob.class,
          "v1 ServiceAccount", ServiceAccount.class,
          "rbac.authorization.k8s.io/v1 Role", Role.class,
          "rbac.authorization.k8s.io/v1 RoleBinding", RoleBinding.class);

  /** What the operator of kubeflow/spark-operator adds, each with its definition. */
  private static final Map<String, String> DEFINITIONS =
      Map.of(
          "sparkoperator.k8s.io/v1beta2 SparkApplication", "sparkapplications",
          "sparkoperator.k8s.io/v1beta2 ScheduledSparkApplication", "scheduledsparkapplications");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Fails where a class has no such field, which Kubernetes would drop without a word. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              });

  @TempDir private Path directory;

  @Test
  void manifests_ofEveryFile_areOfTheSchemaOfTheirKind() throws Exception {
    Set<String> seen = new TreeSet<>();
    for (Path file : files()) {
      for (JsonNode manifest : documents(file)) {
        String kind = kind(manifest);
        seen.add(kind);
        assertThat(problems(manifest)).as("%s, %s", file.getFileName(), kind).isEmpty();
      }
    }
    Set<String> all = new TreeSet<>(TYPES.keySet());
    all.addAll(DEFINITIONS.keySet());
    assertThat(seen).isEqualTo(all);
  }

  @Test
  void problems_misspelledOrMissingFields_areFound() throws Exception {
    ObjectNode application = (ObjectNode) documents(MANIFESTS.resolve("train-once.yaml")).get(0);
    ((ObjectNode) application.at("/spec/executor")).put("memoryOverHead", "1g");
    ((ObjectNode) application.path("spec")).remove("sparkVersion");
    ((ObjectNode) application.at("/spec/restartPolicy")).put("type", "Sometimes");
    assertThat(problems(application))
        .hasSize(3)
        .anyMatch(problem -> problem.contains("memoryOverHead"))
        .anyMatch(problem -> problem.contains("sparkVersion"))
        .anyMatch(problem -> problem.contains("Sometimes") || problem.contains("enumeration"));
    ObjectNode job = (ObjectNode) documents(MANIFESTS.resolve("retrain-cronjob.yaml")).get(0);
    ((ObjectNode) job.at("/spec/jobTemplate/spec")).put("backOffLimit", 1);
    assertThat(problems(job)).singleElement().asString().contains("backOffLimit");
  }

  @Test
  void definitions_ofTheOperator_areThoseThatTheirPageNames() throws Exception {
    String page;
    try (InputStream in = resource("README.md")) {
      page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (String name : DEFINITIONS.values()) {
      try (InputStream in = new GZIPInputStream(resource(name + ".yaml.gz"))) {
        byte[] hash = java.security.MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
        assertThat(page)
            .contains(
                HexFormat.of().formatHex(hash) + "  sparkoperator.k8s.io_" + name + ".yaml\n");
      }
    }
  }

  @Test
  void commands_ofEveryManifest_areTakenAndFindTheirVariables() throws Exception {
    int found = 0;
    for (Path file : files()) {
      for (JsonNode manifest : documents(file)) {
        for (JsonNode driver : manifest.findParents("env")) {
          JsonNode application = application(manifest);
          List<String> arguments =
              strings(driver.has("args") ? driver.path("args") : application.path("arguments"));
          assertThat(strings(driver.path("env").findValues("name").stream()))
              .as("variables of %s", file.getFileName())
              .containsAll(variables(arguments));
          if (driver.has("args")) {
            assertThat(arguments.get(0)).isEqualTo("/opt/coppice/bin/coppice");
            arguments = CommandLines.submitted(directory, arguments.subList(1, arguments.size()));
          } else {
            assertThat(application.path("mainClass").textValue()).isEqualTo("io.coppice.cli.Main");
            assertThat(application.path("mainApplicationFile").textValue())
                .isEqualTo("local:///opt/coppice/jars/coppice-all.jar");
          }
          CommandLines.assertTaken(file.getFileName().toString(), arguments);
          found++;
        }
      }
    }
    assertThat(found).as("commands").isEqualTo(3);
  }

  @Test
  void memory_ofExecutors_isWhatPlanAsksFor() throws Exception {
    Commands.Outcome planned =
        CommandLines.run(
            List.of(
                "plan",
                "--config",
                Commands.DEPLOY.resolve("conf/night.yaml").toString(),
                "--images",
                "50000",
                "--shape",
                "3x32x32",
                "--cluster",
                "2 executors, 2 cores, 4g, 10 Gbit/s",
                "--json"));
    assertThat(planned.exitCode()).as(planned.output()).isZero();
    List<String> conf =
        strings(JSON.readTree(planned.output()).path("conf")).stream()
            .filter(each -> each.startsWith("spark.executor."))
            .toList();
    assertThat(conf).hasSize(4);
    for (String file : List.of("train-once.yaml", "retrain-nightly.yaml")) {
      JsonNode executor = application(documents(MANIFESTS.resolve(file)).get(0)).path("executor");
      assertThat(
              List.of(
                  "spark.executor.instances=" + executor.path("instances").asText(),
                  "spark.executor.cores=" + executor.path("cores").asText(),
                  "spark.executor.memory=" + executor.path("memory").asText(),
                  "spark.executor.memoryOverhead=" + executor.path("memoryOverhead").asText()))
          .as(file)
          .isEqualTo(conf);
    }
    JsonNode job = documents(MANIFESTS.resolve("retrain-cronjob.yaml")).get(0);
    assertThat(strings(job.findValue("args"))).containsAll(conf);
  }

  /** The specification of a Spark application; missing in what is none. */
  private static JsonNode application(JsonNode manifest) {
    JsonNode spec = manifest.path("spec");
    return spec.has("template") ? spec.path("template") : spec;
  }

  private static Set<String> variables(List<String> arguments) {
    Set<String> names = new TreeSet<>();
    for (String argument : arguments) {
      Matcher variable = VARIABLE.matcher(argument);
      while (variable.find()) {
        names.add(Objects.requireNonNullElse(variable.group(1), variable.group(2)));
      }
    }
    return names;
  }

  private static List<String> problems(JsonNode manifest) throws IOException {
    String kind = kind(manifest);
    if (DEFINITIONS.containsKey(kind)) {
      JsonNode schema = schema(DEFINITIONS.get(kind));
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
          .getSchema(schema)
          .validate(manifest)
          .stream()
          .map(ValidationMessage::getMessage)
          .toList();
    }
    assertThat(TYPES).containsKey(kind);
    try {
      STRICT.treeToValue(manifest, TYPES.get(kind));
      return List.of();
    } catch (IOException e) {
      return List.of(e.getMessage());
    }
  }

  private static String kind(JsonNode manifest) {
    return manifest.path("apiVersion").asText() + " " + manifest.path("kind").asText();
  }

  private static JsonNode schema(String definition) throws IOException {
    try (InputStream in = new GZIPInputStream(resource(definition + ".yaml.gz"));
        Reader reader = new java.io.InputStreamReader(in, StandardCharsets.UTF_8)) {
      JsonNode schema =
          StreamSupport.stream(documents(reader).get(0).at("/spec/versions").spliterator(), false)
              .filter(version -> version.path("name").asText().equals("v1beta2"))
              .findFirst()
              .orElseThrow()
              .at("/schema/openAPIV3Schema");
      close(schema);
      return schema;
    }
  }

  /** Makes fields that a schema does not name errors, as they would be dropped without a word. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      if (object.path("x-kubernetes-int-or-string").asBoolean()) {
        object.remove("anyOf");
        object.putArray("type").add("integer").add("string");
      }
      if (object.has("properties")
          && !object.has("additionalProperties")
          && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
        object.put("additionalProperties", false);
      }
      for (JsonNode property : object.path("properties")) {
        close(property);
      }
      for (String keyword : List.of("items", "additionalProperties")) {
        close(object.path(keyword));
      }
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        KubernetesManifestsIT.class.getResourceAsStream("/spark-operator/" + name), name);
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(MANIFESTS)) {
      return files.sorted().toList();
    }
  }

  private static List<JsonNode> documents(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      return documents(reader);
    }
  }

  private static List<JsonNode> documents(Reader reader) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<JsonNode> documents = new ArrayList<>();
    for (Object document : new Yaml(new SafeConstructor(options)).loadAll(reader)) {
      documents.add(JSON.valueToTree(document));
    }
    return documents;
  }

  private static List<String> strings(JsonNode array) {
    return strings(StreamSupport.stream(array.spliterator(), false));
  }

  private static List<String> strings(Stream<JsonNode> texts) {
    return texts.map(JsonNode::textValue).toList();
  }
}
