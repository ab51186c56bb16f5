using System.Reflection;
using Microsoft.ML.AutoML;

namespace MLNet.MultiTask.Tests.AutoML;

/// <summary>The contract in place of Microsoft.ML.AutoML has no public member that the package does not have.</summary>
[TestClass]
public sealed class SurfaceTests
{
    [TestMethod]
    public void PublicMembers_AreThoseOfThePackage()
    {
        string[] lines = [.. File.ReadAllLines(Repository.Shared("mlnet", "automl-surface.txt")),
            .. File.ReadAllLines(Repository.Shared("mlnet", "api-5.0.0.txt"))];
        string[] strange = [.. typeof(AutoMLExperiment).Assembly.GetExportedTypes().SelectMany(type => Members(type)
            .Where(member => !lines.Any(l => l.StartsWith($"{Name(type)} :: ", StringComparison.Ordinal)
                && Names(l, member, type)))
            .Select(member => $"{Name(type)}.{member.Name}"))];
        Assert.IsEmpty(strange, string.Join(", ", strange));
    }

    private static string Name(Type type) =>
        type.FullName!.Replace('+', '.').Replace("`1", "<T>", StringComparison.Ordinal);

    // Overrides of Object and what interfaces of the framework ask for are not in the list by name.
    private static IEnumerable<MemberInfo> Members(Type type) => type.IsEnum
        ? type.GetFields(BindingFlags.Public | BindingFlags.Static)
        : type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(m => m is not MethodInfo { IsSpecialName: true } and not Type
                && m.Name is not ("Equals" or "GetHashCode" or "ToString" or "GetEnumerator"));

    private static bool Names(string line, MemberInfo member, Type type) => member switch
    {
        ConstructorInfo c => line.Contains($" {type.Name.Split('`')[0]}(", StringComparison.Ordinal)
            && (c.GetParameters().Length == 0) == line.Contains($" {type.Name.Split('`')[0]}()",
                StringComparison.Ordinal),
        PropertyInfo { Name: "Item" } => line.Contains(" this[", StringComparison.Ordinal),
        FieldInfo f => line.Contains($"{f.Name} = ", StringComparison.Ordinal),
        MethodInfo m => line.Contains($" {m.Name}(", StringComparison.Ordinal)
            || line.Contains($" {m.Name}<", StringComparison.Ordinal),
        _ => line.Contains($" {member.Name} {{", StringComparison.Ordinal),
    };
}
