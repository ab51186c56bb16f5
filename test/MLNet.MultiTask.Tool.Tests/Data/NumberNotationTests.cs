using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Tests.Data;

[TestClass]
public sealed class NumberNotationTests
{
    [TestMethod]
    [DataRow("0,1234", "a decimal comma")]
    [DataRow("-1,5", "a decimal comma")]
    [DataRow("6,288.20", "thousands separators")]
    [DataRow("1.234.567,8", "thousands separators")]
    [DataRow("12 345", "thousands separators")]
    [DataRow("12.5%", "a percent sign")]
    [DataRow("1,5 %", "a percent sign")]
    [DataRow("$1,200.50", "a currency sign")]
    [DataRow("3 €", "a currency sign")]
    [DataRow("red", null)]
    [DataRow("a,b", null)]
    [DataRow("2024-01-05", null)]
    [DataRow("%", null)]
    [DataRow("10.0.0.1", null)]
    public void Of_Text_SaysWhatIsSpecial(string text, string? notation) =>
        Assert.AreEqual(notation, NumberNotation.Of(text));
}
