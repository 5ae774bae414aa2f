import java.io.BufferedReader;
import java.io.InputStreamReader;
import org.hibernate.MappingException;
import org.hibernate.cfg.Configuration;
import org.hibernate.dialect.PostgreSQLDialect;

/** Hibernate itself, asked for the schema of classes: a line of their names goes in, SQL and a line "--" come out. */
public class Schemas {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Configuration configuration = new Configuration();
            try {
                for (String name : line.trim().split(" ")) {
                    configuration.addAnnotatedClass(Class.forName(name));
                }
                for (String statement : configuration.generateSchemaCreationScript(new PostgreSQLDialect())) {
                    System.out.println(statement.replace('\n', ' ') + ";");
                }
            } catch (MappingException error) {
                System.out.println("refused: " + error.getMessage().replace('\n', ' '));
            }
            System.out.println("--");
        }
    }
}
