using System.Xml.Linq;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Reports;

namespace MLNet.MultiTask.Tests.Evaluation;

[TestClass]
public class AffinityHeatMapTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly TaskAffinity Affinity =
        new(["<a & b>", "plain", "third"], [9, 2, -1, 0.5, 9, 0, -2, 1, 9], "test");

    [TestMethod]
    public void ToSvg_Grouped_IsXmlWithOneSquareAPairAndOneFrameAGroup()
    {
        XElement root = XDocument.Parse(AffinityHeatMap.ToSvg(Affinity, TaskGrouping.Parse("0,2|1"))).Root!;
        Assert.HasCount(6, Squares(root));
        Assert.HasCount(2, root.Elements(Svg + "rect").Where(r => (string?)r.Attribute("fill") == "none"));
    }

    [TestMethod]
    public void ToSvg_Colours_RunFromRedOverWhiteToBlue()
    {
        XElement root = XDocument.Parse(AffinityHeatMap.ToSvg(Affinity)).Root!;
        var colours = Squares(root)
            .ToDictionary(r => r.Element(Svg + "title")!.Value, r => (string)r.Attribute("fill")!);
        Assert.AreEqual("#2166ac", colours["<a & b> ← plain: 2"]);
        Assert.AreEqual("#b2182b", colours["third ← <a & b>: -2"]);
        Assert.AreEqual("#ffffff", colours["plain ← third: 0"]);
    }

    [TestMethod]
    public void ToSvg_OneTask_HasNoSquare()
        => Assert.IsEmpty(
            Squares(XDocument.Parse(AffinityHeatMap.ToSvg(new TaskAffinity(["only"], [0], "test"))).Root!));

    [TestMethod]
    public void ToSvg_OtherTaskCount_IsRefused()
        => Assert.ThrowsExactly<ArgumentException>(() => AffinityHeatMap.ToSvg(Affinity, TaskGrouping.All(2)));

    private static List<XElement> Squares(XElement root) =>
        [.. root.Elements(Svg + "rect").Where(r => r.Element(Svg + "title") is not null)];
}
