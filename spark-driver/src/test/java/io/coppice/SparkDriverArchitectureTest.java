package io.coppice;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the driver's rooms, and what none of them touches. */
@AnalyzeClasses(packages = "io.coppice", importOptions = ImportOption.DoNotIncludeTests.class)
class SparkDriverArchitectureTest {

  @ArchTest
  static final ArchRule rooms_dependOnlyOnThoseBelow =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("config")
          .definedBy("io.coppice.config..")
          .layer("storage")
          .definedBy("io.coppice.storage..")
          .layer("source")
          .definedBy("io.coppice.source..")
          .layer("shards")
          .definedBy("io.coppice.shards..")
          .layer("spark")
          .definedBy("io.coppice.spark..")
          .layer("plan")
          .definedBy("io.coppice.plan..")
          .layer("reduction")
          .definedBy("io.coppice.reduction..")
          .layer("report")
          .definedBy("io.coppice.report..")
          .layer("monitor")
          .definedBy("io.coppice.monitor..")
          .layer("registry")
          .definedBy("io.coppice.registry..")
          .layer("page")
          .definedBy("io.coppice.page..")
          .layer("doctor")
          .definedBy("io.coppice.doctor..")
          .layer("cli")
          .definedBy("io.coppice.cli..")
          .layer("ml")
          .definedBy("io.coppice.ml..")
          .layer("dl4j")
          .definedBy("io.coppice.dl4j..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("ml")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("monitor")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("registry")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("doctor")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("dl4j")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers(
              "page", "spark", "monitor", "ml", "dl4j", "registry", "doctor", "cli")
          .whereLayer("page")
          .mayOnlyBeAccessedByLayers("spark", "registry", "cli")
          .whereLayer("storage")
          .mayOnlyBeAccessedByLayers(
              "source", "spark", "report", "page", "registry", "doctor", "cli")
          .whereLayer("source")
          .mayOnlyBeAccessedByLayers("shards", "spark", "ml", "dl4j", "registry", "cli")
          .whereLayer("shards")
          .mayOnlyBeAccessedByLayers("spark", "dl4j", "registry", "cli")
          .whereLayer("reduction")
          .mayOnlyBeAccessedByLayers("plan", "spark")
          .whereLayer("plan")
          .mayOnlyBeAccessedByLayers("page", "spark", "cli")
          .whereLayer("spark")
          .mayOnlyBeAccessedByLayers("monitor", "ml", "dl4j", "registry", "doctor", "cli");

  @ArchTest
  static final ArchRule dl4j_aloneTouchesWhatItsUsersBring =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.coppice.cli..",
              "io.coppice.config..",
              "io.coppice.doctor..",
              "io.coppice.ml..",
              "io.coppice.monitor..",
              "io.coppice.page..",
              "io.coppice.plan..",
              "io.coppice.reduction..",
              "io.coppice.registry..",
              "io.coppice.report..",
              "io.coppice.shards..",
              "io.coppice.source..",
              "io.coppice.spark..",
              "io.coppice.storage..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..", "org.datavec..");

  @ArchTest
  static final ArchRule onednn_aloneTouchesJavaCpp =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.coppice.onednn..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..");

  @ArchTest
  static final ArchRule config_knowsNothingOfSparkAndOfHadoopItsListOfSecretsOnly =
      noClasses()
          .that()
          .resideInAPackage("io.coppice.config..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.apache.spark..")
                  .or(
                      resideInAPackage("org.apache.hadoop..")
                          .and(not(resideInAPackage("org.apache.hadoop.conf..")))));

  @ArchTest
  static final ArchRule storage_knowsNothingOfSpark =
      noClasses()
          .that()
          .resideInAPackage("io.coppice.storage..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..");

  @ArchTest
  static final ArchRule nobody_deserialisesJavaObjects =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.ObjectInputStream");
}
