using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Tests.Storage;

[TestClass]
public sealed class ServerAddressTests
{
    [TestMethod]
    [DataRow("postgres://ann:p%40ss@db.example:5433/sweeps?sslmode=require")]
    [DataRow("postgresql://ann:p%40ss@db.example:5433/sweeps?SSL%20Mode=Require")]
    [DataRow("Host=db.example;Port=5433;Database=sweeps;Username=ann;Password=p@ss;SSL Mode=Require")]
    public void Parse_EitherForm_IsTheSameServer(string text)
    {
        var address = ServerAddress.Parse(text);
        var builder = new Npgsql.NpgsqlConnectionStringBuilder(address.ConnectionString);
        Assert.AreEqual("p@ss", builder.Password);
        Assert.AreEqual(Npgsql.SslMode.Require, builder.SslMode);
        Assert.AreEqual("db.example:5433/sweeps as ann", address.ToString());
    }

    [TestMethod]
    [DataRow("http://ann:p%40ss@db.example/sweeps")]
    [DataRow("postgres://ann:p@ss word@:x/sweeps")]
    [DataRow("postgres://ann:secret@db.example/sweeps?nonsense=1")]
    [DataRow("Host=a;Nonsense=secret")]
    public void Parse_Neither_IsRefusedWithoutTheText(string text)
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => ServerAddress.Parse(text)).ToString();
        StringAssert.Contains(message, "postgres://user:password@host:port/database is expected");
        Assert.DoesNotContain("secret", message);
        Assert.DoesNotContain("p@ss", message);
    }
}
