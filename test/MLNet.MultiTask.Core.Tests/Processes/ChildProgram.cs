using System.Globalization;
using System.Reflection;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MLNet.MultiTask.Tests.Numerics;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Processes;

/// <summary>
/// What tests run in a process of their own, with <see cref="ChildProcess"/>; results go to standard output.
/// </summary>
internal static class ChildProgram
{
    public static void Main(string[] args)
    {
        switch (args)
        {
            case ["train"]:
                Console.WriteLine(Instructions());
                Console.WriteLine(TrainedParameters.Text(threads: null));
                break;
            case ["tests"]:
                Console.WriteLine(Instructions());
                Type[] tests =
                [
                    typeof(GemmTests), typeof(SymmetricEigenTests), typeof(CholeskyTests), typeof(TrainingStepTests),
                    typeof(PyTorchTrainingTests), typeof(SparseInputTests),
                ];
                Console.WriteLine(tests.Sum(RunTests));
                break;
            case ["stream", string rows]:
                Console.WriteLine(LargeTable.PeakWhileTraining(int.Parse(rows, CultureInfo.InvariantCulture)));
                break;
            case ["groups", string folder]:
                InterruptedTraining.Train(folder, _ => Console.WriteLine("checkpoint"));
                break;
            case ["sweep", string history]:
                InterruptedSweep.Run(history, _ => Console.WriteLine("trial"));
                break;
            default:
                throw new ArgumentException($"No work '{string.Join(' ', args)}'");
        }
    }

    /// <summary>The instruction sets that the runtime may use here, of those the kernels ask for.</summary>
    private static string Instructions() => "Instructions: " + string.Join(' ', new (string Name, bool Present)[]
    {
        ("Avx512", Vector512.IsHardwareAccelerated),
        ("Avx2", Avx2.IsSupported),
        ("Fma", Fma.IsSupported),
        ("Sse2", Sse2.IsSupported),
    }.Where(set => set.Present).Select(set => set.Name));

    /// <summary>Runs a class's tests as the framework would, without its host; returns how many.</summary>
    private static int RunTests(Type type)
    {
        int count = 0;
        foreach (MethodInfo method in type.GetMethods())
        {
            Attribute[] attributes = [.. method.GetCustomAttributes()];
            if (!attributes.OfType<TestMethodAttribute>().Any())
                continue;
            object?[][] rows = [.. attributes.OfType<ITestDataSource>().SelectMany(source => source.GetData(method))];
            foreach (object?[] row in rows.Length > 0 ? rows : [[]])
            {
                method.Invoke(Activator.CreateInstance(type), row);
                count++;
            }
        }
        return count;
    }
}
