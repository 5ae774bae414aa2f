import java.io.File;
import java.io.FileOutputStream;
import java.nio.file.Files;
import org.jacoco.core.analysis.Analyzer;
import org.jacoco.core.analysis.CoverageBuilder;
import org.jacoco.core.data.ExecutionDataStore;
import org.jacoco.core.data.SessionInfoStore;
import org.jacoco.core.instr.Instrumenter;
import org.jacoco.core.runtime.IRuntime;
import org.jacoco.core.runtime.LoggerRuntime;
import org.jacoco.core.runtime.RuntimeData;
import org.jacoco.report.DirectorySourceFileLocator;
import org.jacoco.report.IReportVisitor;
import org.jacoco.report.xml.XMLFormatter;

/** Runs a class under JaCoCo and writes JaCoCo's XML, as its Maven plug-in does. Arguments: classes, class, report. */
public class WriteReport {
    public static void main(String[] arguments) throws Exception {
        File classes = new File(arguments[0]);
        IRuntime runtime = new LoggerRuntime();
        RuntimeData data = new RuntimeData();
        runtime.startup(data);
        Instrumenter instrumenter = new Instrumenter(runtime);
        ClassLoader loader = new ClassLoader() {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                File file = new File(classes, name.replace('.', '/') + ".class");
                if (!file.exists()) {
                    return super.loadClass(name, resolve);
                }
                try {
                    byte[] code = instrumenter.instrument(Files.readAllBytes(file.toPath()), name);
                    Class<?> known = findLoadedClass(name);
                    return known != null ? known : defineClass(name, code, 0, code.length);
                } catch (java.io.IOException error) {
                    throw new ClassNotFoundException(name, error);
                }
            }
        };
        Class<?> target = loader.loadClass(arguments[1]);
        target.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        ExecutionDataStore executed = new ExecutionDataStore();
        SessionInfoStore sessions = new SessionInfoStore();
        data.collect(executed, sessions, false);
        CoverageBuilder builder = new CoverageBuilder();
        new Analyzer(executed, builder).analyzeAll(classes);
        try (FileOutputStream output = new FileOutputStream(arguments[2])) {
            IReportVisitor visitor = new XMLFormatter().createVisitor(output);
            visitor.visitInfo(sessions.getInfos(), executed.getContents());
            visitor.visitBundle(builder.getBundle("shop"), new DirectorySourceFileLocator(new File("src"), "utf-8", 4));
            visitor.visitEnd();
        }
    }
}
