package io.github.ssestarter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for which package may use which.
 */
class ArchitectureTests {

	/** The language of patterns, which Spring keeps beside HTTP and does without it. */
	private static final Set<String> PATH_PATTERNS = Set.of("org.springframework.http.server",
			"org.springframework.web.util.pattern");

	/** By which users of Spring name a generic type. */
	private static final String TYPE_REFERENCE = "org.springframework.core.ParameterizedTypeReference";

	private static final String ROOT = "io.github.ssestarter";

	/** A package may use only what stands in a line below its own. */
	private static final List<Set<String>> LINES = List.of(Set.of("autoconfigure"),
			Set.of("redis", "servlet", "security", "metrics", "actuate", "openapi"), Set.of("tickets", "runs"),
			Set.of("fanout"), Set.of("fanout.stream"), Set.of("fanout.shard"), Set.of("fanout.hearing"),
			Set.of("fanout.notice", "fanout.transport"), Set.of("history"), Set.of("backplane", "format"), Set.of(""));

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	@Test
	void aPackageUsesOnlyThoseBelowIt() {
		Set<String> wrong = new TreeSet<>();
		for (JavaClass user : CLASSES) {
			for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
				JavaClass used = dependency.getTargetClass().getBaseComponentType();
				if (used.getPackageName().startsWith(ROOT) && !mayUse(part(user), part(used))) {
					wrong.add(user.getFullName() + " uses " + used.getFullName());
				}
			}
		}
		assertThat(wrong).isEmpty();
	}

	@Test
	void noClassesOfTheEngineNeedEachOther() {
		SlicesRuleDefinition.slices()
			.assignedFrom(new OutermostClasses(ROOT + ".fanout"))
			.should()
			.beFreeOfCycles()
			.check(CLASSES);
	}

	@Test
	void everyPackageHasItsLine() {
		assertThat(CLASSES).isNotEmpty().allSatisfy((type) -> assertThat(line(part(type))).isNotNegative());
	}

	@Test
	void theApiKnowsNeitherServletNorBootNorRedisNorMicrometer() {
		for (JavaClass type : CLASSES) {
			if (part(type).isEmpty()) {
				assertThat(type.getDirectDependenciesFromSelf())
					.extracting((dependency) -> dependency.getTargetClass().getBaseComponentType())
					.filteredOn((used) -> !used.getName().equals(TYPE_REFERENCE))
					.extracting(JavaClass::getPackageName)
					.as(type.getName())
					.allMatch((name) -> name.isEmpty() || name.startsWith("java.") || name.equals(ROOT)
							|| name.startsWith("org.jspecify."));
			}
		}
	}

	@Test
	void onlyTheServletPackagesKnowHttp() {
		for (JavaClass type : CLASSES) {
			if (Set.of("", "format", "backplane", "history").contains(part(type))) {
				assertThat(type.getDirectDependenciesFromSelf())
					.extracting((dependency) -> dependency.getTargetClass().getBaseComponentType())
					.filteredOn((used) -> !used.getName().equals(TYPE_REFERENCE))
					.extracting(JavaClass::getPackageName)
					.as(type.getName())
					.noneMatch((name) -> name.startsWith("jakarta.servlet")
							|| (name.startsWith("org.springframework") && !PATH_PATTERNS.contains(name)));
			}
		}
	}

	@Test
	void nothingOutsideFormatWritesAFrame() throws IOException {
		Set<String> wrong = new TreeSet<>();
		for (Path source : sources()) {
			String text = Files.readString(source);
			if (!source.toString().contains("/format/")) {
				for (String field : List.of("data", "event", "retry", "id")) {
					if (text.matches("(?s).*\"(\\\\n)?" + field + ": ?(\\\\n)?\".*")
							|| text.matches("(?s).*\"[^\"]*\\\\n" + field + ":[^\"]*\".*")) {
						wrong.add(source + " holds the field " + field);
					}
				}
				if (text.contains("\\n\\n")) {
					wrong.add(source + " holds a frame's end");
				}
			}
		}
		assertThat(wrong).isEmpty();
	}

	@Test
	void everyPackageIsNullMarked() {
		Set<String> packages = new HashSet<>();
		for (JavaClass type : CLASSES) {
			JavaPackage javaPackage = type.getPackage();
			packages.add(javaPackage.getName());
			assertThat(javaPackage.isAnnotatedWith(NullMarked.class)).as(javaPackage.getName()).isTrue();
		}
		assertThat(packages).contains(ROOT, ROOT + ".format", ROOT + ".fanout");
	}

	private static boolean mayUse(String user, String used) {
		return user.equals(used) || line(user) < line(used)
				|| (user.startsWith("autoconfigure") && used.startsWith("autoconfigure"));
	}

	private static int line(String part) {
		String first = (part.contains(".")) ? part.substring(0, part.indexOf('.')) : part;
		String line = (first.equals("fanout")) ? part : first;
		for (int i = 0; i < LINES.size(); i++) {
			if (LINES.get(i).contains(line)) {
				return i;
			}
		}
		return -1;
	}

	private static String part(JavaClass type) {
		String name = type.getPackageName();
		return (name.equals(ROOT)) ? "" : name.substring(ROOT.length() + 1);
	}

	private static List<Path> sources() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			List<Path> sources = files.filter((file) -> file.toString().endsWith(".java")).toList();
			assertThat(sources).hasSizeGreaterThan(50);
			return sources;
		}
	}

	/**
	 * Each class of a package and those below it, with those that are nested in it.
	 */
	private record OutermostClasses(String packageName) implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			String name = type.getName();
			return (name.startsWith(this.packageName)) ? SliceIdentifier.of(name.replaceAll("\\$.*", ""))
					: SliceIdentifier.ignore();
		}

		@Override
		public String getDescription() {
			return "classes of " + this.packageName;
		}

	}

}
