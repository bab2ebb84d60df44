package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The project of {@code docs/guide.md}, as it is after a step: each block that has the
 * name of a file in the line before it. A dependency is added to the {@code pom.xml},
 * anything else is the whole file.
 */
public final class GuideProject {

	/** How many steps there are. */
	public static final int STEPS = 7;

	private static final Pattern FILE = Pattern.compile("(?m)^\\*\\*`([^`]+)`\\*\\*.*\n\n```\\w+\n((?s:.*?))^```$");

	private GuideProject() {
	}

	/**
	 * Writes the project into a folder. The application in {@code src/it/guide} is made
	 * by it.
	 * @param guide the guide
	 * @param step the number of the step, from 1 on
	 * @param folder where the files go, beside those that are there
	 */
	public static void write(Path guide, int step, Path folder) throws IOException {
		Map<String, String> files = files(guide, step);
		for (Map.Entry<String, String> file : files.entrySet()) {
			Path path = folder.resolve(file.getKey());
			Files.createDirectories(path.getParent());
			Files.writeString(path, file.getValue());
		}
	}

	private static Map<String, String> files(Path guide, int step) throws IOException {
		Map<String, String> files = new TreeMap<>();
		for (MatchResult block : FILE.matcher(upTo(step, Files.readString(guide))).results().toList()) {
			files.merge(block.group(1), block.group(2), GuideProject::merge);
		}
		return files;
	}

	private static String merge(String before, String text) {
		return (text.startsWith("<dependency>"))
				? before.replace("\t</dependencies>", text.indent(2) + "\t</dependencies>") : text;
	}

	private static String upTo(int step, String guide) {
		List<String> parts = List.of(guide.split("(?m)^## (?=\\d)"));
		if (parts.size() != STEPS + 1) {
			throw new IllegalStateException("The guide has " + (parts.size() - 1) + " steps");
		}
		return String.join("", parts.subList(0, step + 1));
	}

}
