using System.Text.RegularExpressions;
using Microsoft.ML;

namespace MLNet.MultiTask.Tests.MicrosoftML;

/// <summary>Holds the stand-in against the text of Microsoft.ML's own surface.</summary>
[TestClass]
public sealed partial class ApiConformityTests
{
    private static readonly Lazy<HashSet<string>> RealLines = new(
        () => File.ReadLines(RealFile).Select(WithoutInternals).ToHashSet(StringComparer.Ordinal));

    private static string RealFile
        => Path.Combine(Repository.Root ?? "", "..", "shared", "mlnet", "api-5.0.0.txt");

    [TestInitialize]
    public void SkipWithoutReference()
    {
        if (!MicrosoftMLSource.IsStandin)
            Assert.Inconclusive("The Microsoft.ML package itself is in use.");
        if (!File.Exists(RealFile))
            Assert.Inconclusive($"'{RealFile}' is not there.");
    }

    [TestMethod]
    public void Standin_EveryVisibleMember_IsOneOfMicrosoftML()
    {
        string[] surface = Surface().SelectMany(ApiText.Lines).ToArray();
        string[] invented = surface.Where(line => !RealLines.Value.Contains(line)).ToArray();

        Assert.IsGreaterThan(500, surface.Length);
        Assert.IsEmpty(invented, "Not in Microsoft.ML 5.0.0:\n" + string.Join('\n', invented));
    }

    [TestMethod]
    public void Standin_InterfacesAndAbstractMembers_AreComplete()
    {
        string[] missing = Surface().Where(t => t.IsInterface || t.IsAbstract).SelectMany(type =>
        {
            string prefix = $"{ApiNames.Of(type)} :: ";
            IEnumerable<string> real = RealLines.Value.Where(line => line.StartsWith(prefix, StringComparison.Ordinal)
                && (type.IsInterface || line.Contains(" abstract ", StringComparison.Ordinal)));
            return real.Except(ApiText.Obligations(type), StringComparer.Ordinal);
        }).ToArray();

        Assert.IsEmpty(missing, "An implementer would miss:\n" + string.Join('\n', missing));
    }

    private static IEnumerable<Type> Surface() => typeof(MLContext).Assembly.GetTypes().Where(ApiText.IsVisible);

    /// <summary>Leaves out what the file notes of internal interfaces and hidden members.</summary>
    private static string WithoutInternals(string line)
        => NothingLeft().Replace(InternalBase().Replace(Remark().Replace(line, ""), ""), "");

    [GeneratedRegex(@"\s+// .*$")]
    private static partial Regex Remark();

    [GeneratedRegex(@"[^\s,<]+(<[^>]*>)? /\*internal\*/(, )?")]
    private static partial Regex InternalBase();

    [GeneratedRegex(@"(, | : )(?= where |$)")]
    private static partial Regex NothingLeft();
}
