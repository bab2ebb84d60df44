package com.example.boot;

import java.util.Set;
import java.util.TreeSet;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The starter was compiled against another version than the one it runs on here.
 */
class LinkageTests {

	/** Caught where it is missing, in 4.0. */
	private static final String SINCE_4_1 = "org.springframework.boot.web.server.Compression.getAllMimeTypes()";

	@Test
	void whatItCallsIsThere() {
		JavaClasses classes = new ClassFileImporter().importPackages("io.github.ssestarter");
		assertThat(classes.contain("io.github.ssestarter.servlet.TomcatSocketTransport")).isTrue();
		Set<String> missing = new TreeSet<>();
		for (JavaClass type : classes) {
			for (JavaCodeUnitAccess<?> call : type.getCodeUnitAccessesFromSelf()) {
				if (call.getTarget().resolveMember().isEmpty() && !call.getTargetOwner().isArray()) {
					missing.add(call.getTarget().getFullName() + " called in " + type.getName());
				}
			}
		}
		assertThat(missing).allMatch((call) -> call.startsWith(SINCE_4_1));
	}

}
