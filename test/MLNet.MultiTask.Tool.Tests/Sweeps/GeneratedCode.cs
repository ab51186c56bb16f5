using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.ML;

namespace MLNet.MultiTask.Tool.Tests.Sweeps;

/// <summary>The code that a sweep left in its folder, compiled against the assemblies of this process.</summary>
internal sealed class GeneratedCode
{
    private readonly Type _type;

    public GeneratedCode(string folder, string name)
    {
        SyntaxTree[] trees = [.. new[]
            { "consumption", "training" }.Select(part => Path.Combine(folder, $"{name}.{part}.cs"))
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file))];
        string[] assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        CSharpCompilation compilation = CSharpCompilation.Create($"{name}-{Guid.NewGuid():N}", trees,
            assemblies.Select(a => MetadataReference.CreateFromFile(a)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        Diagnostic[] faults = [
            .. compilation.Emit(image).Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning)];
        Assert.IsEmpty(faults, string.Join('\n', faults.Select(f => f.ToString())) + "\n" + trees[0] + trees[1]);
        _type = Assembly.Load(image.ToArray()).GetTypes()
            .Single(t => t.Name.EndsWith("Model", StringComparison.Ordinal));
        Input = _type.GetNestedType("ModelInput")!;
    }

    public Type Input { get; }

    public string ModelPath
    {
        set => _type.GetProperty("ModelPath")!.SetValue(null, value);
    }

    public object Predict(object input) => _type.GetMethod("Predict")!.Invoke(null, [input])!;

    /// <summary>Trains on a file and writes a model.</summary>
    public ITransformer Train(MLContext context, string data, string model) =>
        (ITransformer)_type.GetMethod("Train")!.Invoke(null, [context, data, model])!;

    /// <summary>The features of a row of a file, by the names of the columns.</summary>
    public object Row(IReadOnlyDictionary<string, string> cells)
    {
        object row = Activator.CreateInstance(Input)!;
        foreach (PropertyInfo property in Input.GetProperties())
        {
            string column = (string)property.CustomAttributes.Single(a => a.AttributeType.Name == "ColumnNameAttribute")
                .ConstructorArguments[0].Value!;
            property.SetValue(row, property.PropertyType == typeof(double)
                ? double.Parse(cells[column], System.Globalization.CultureInfo.InvariantCulture) : cells[column]);
        }
        return row;
    }

    /// <summary>A property's value; an element of it where it is a list.</summary>
    public static object Value(object output, string property, int? element = null)
    {
        object value = output.GetType().GetProperty(property)!.GetValue(output)!;
        return element is { } i ? ((IList)value)[i]! : value;
    }
}
