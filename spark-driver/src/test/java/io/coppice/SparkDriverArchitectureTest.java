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
          .layer("cli")
          .definedBy("io.coppice.cli..")
          .layer("ml")
          .definedBy("io.coppice.ml..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("ml")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("spark", "ml", "cli")
          .whereLayer("storage")
          .mayOnlyBeAccessedByLayers("source", "spark", "report", "cli")
          .whereLayer("source")
          .mayOnlyBeAccessedByLayers("shards", "spark", "ml", "cli")
          .whereLayer("shards")
          .mayOnlyBeAccessedByLayers("spark", "cli")
          .whereLayer("reduction")
          .mayOnlyBeAccessedByLayers("plan", "spark")
          .whereLayer("plan")
          .mayOnlyBeAccessedByLayers("spark", "cli")
          .whereLayer("spark")
          .mayOnlyBeAccessedByLayers("ml", "cli");

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
