package io.github.ssestarter.benchmarks.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * The machine that a run was on.
 *
 * @param processor the processor's name
 * @param cores how many cores there are
 * @param memory the memory in GiB
 * @param jdk the JDK
 * @param kernel the operating system and its version
 * @param date the day
 */
record Machine(String processor, int cores, double memory, String jdk, String kernel, LocalDate date) {

	static Machine here() throws IOException {
		com.sun.management.OperatingSystemMXBean system = ManagementFactory
			.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
		Path cpuinfo = Path.of("/proc/cpuinfo");
		String processor = (!Files.exists(cpuinfo)) ? System.getProperty("os.arch")
				: Files.readAllLines(cpuinfo)
					.stream()
					.filter((line) -> line.startsWith("model name"))
					.map((line) -> line.substring(line.indexOf(':') + 2))
					.findFirst()
					.orElse(System.getProperty("os.arch"));
		return new Machine(processor, Runtime.getRuntime().availableProcessors(),
				system.getTotalMemorySize() / 1024.0 / 1024 / 1024,
				System.getProperty("java.vendor") + " " + System.getProperty("java.version"),
				System.getProperty("os.name") + " " + System.getProperty("os.version"), LocalDate.now(ZoneOffset.UTC));
	}

	String text() {
		return String.format(Locale.ROOT, "%s, %d cores, %.0f GiB, JDK %s, %s, %s", this.processor, this.cores,
				this.memory, this.jdk, this.kernel, this.date);
	}

}
