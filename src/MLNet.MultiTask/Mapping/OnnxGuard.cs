using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MLNet.MultiTask.Mapping;

/// <summary>
/// ML.NET's ONNX exporter knows its own transformers only. What others add it passes off as inputs of the graph,
/// without a word; so a transformer that is transforming for that exporter refuses. Only the stack tells that it is.
/// </summary>
internal static class OnnxGuard
{
    private const string Exporter = "Microsoft.ML.OnnxConverter";
    private static volatile bool s_isLoaded;

#pragma warning disable CA2255 // The assembly may be loaded before or after this one; one subscription sees both.
    [ModuleInitializer]
    internal static void Watch()
    {
        AppDomain.CurrentDomain.AssemblyLoad += (_, e) => s_isLoaded |= e.LoadedAssembly.GetName().Name == Exporter;
        s_isLoaded |= AppDomain.CurrentDomain.GetAssemblies().Any(a => a.GetName().Name == Exporter);
    }
#pragma warning restore CA2255

    /// <exception cref="NotSupportedException">ML.NET's exporter is the caller, however far up.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowIfExporting(string transformer)
    {
        if (s_isLoaded && new StackTrace(1, false).GetFrames()
            .Any(f => f.GetMethod()?.DeclaringType?.Assembly.GetName().Name == Exporter))
            throw new NotSupportedException($"mlContext.Model.ConvertToOnnx cannot export {transformer}: it would " +
                "write a graph that takes the scores as inputs. Call mlContext.MultiTask().ConvertToOnnx(model, " +
                "data, stream) of the package MLNet.MultiTask.Onnx: it exports the whole chain");
    }
}
