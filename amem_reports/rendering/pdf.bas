' Runs inside LibreOffice, in a profile of its own (see pdf.py): FOLDER holds 0.docx, 1.xlsx, ...; each becomes 0.pdf, 1.pdf, ...
' What fails leaves 0.txt with LibreOffice's reason. Contents lists and formulas are brought up to date first.
Option Explicit

Const FOLDER = "@FOLDER@"
Const LAST = @LAST@

Sub Main
    Dim number As Integer
    For number = 0 To LAST
        Convert(FOLDER & "/" & number)
    Next
    StarDesktop.terminate()
End Sub

Sub Convert(stem As String)
    Dim document As Object, reason As String
    On Error GoTo Failed
    If FileExists(stem & ".docx") Then
        document = Opened(stem & ".docx", "MS Word 2007 XML")
        UpdateIndexes(document)
        Export(document, stem, "writer_pdf_Export")
    Else
        document = Opened(stem & ".xlsx", "Calc MS Excel 2007 XML")
        document.calculateAll()
        Export(document, stem, "calc_pdf_Export")
    End If
    document.close(True)
    Exit Sub
Failed:
    reason = Error$
    Open stem & ".txt" For Output As #1
    Print #1, reason
    Close #1
End Sub

Function Opened(url As String, filter As String) As Object
    Dim how(3) As New com.sun.star.beans.PropertyValue
    how(0).Name = "Hidden" : how(0).Value = True
    how(1).Name = "FilterName" : how(1).Value = filter
    how(2).Name = "MacroExecutionMode" : how(2).Value = com.sun.star.document.MacroExecMode.NEVER_EXECUTE
    how(3).Name = "UpdateDocMode" : how(3).Value = com.sun.star.document.UpdateDocMode.NO_UPDATE
    Opened = StarDesktop.loadComponentFromURL(url, "_blank", 0, how())
End Function

' Twice: the first update may move what follows the contents list to another page.
Sub UpdateIndexes(document As Object)
    Dim turn As Integer, index As Integer
    For turn = 1 To 2
        For index = 0 To document.DocumentIndexes.Count - 1
            document.DocumentIndexes.getByIndex(index).update()
        Next
    Next
    document.TextFields.refresh()
End Sub

Sub Export(document As Object, stem As String, filter As String)
    Dim how(0) As New com.sun.star.beans.PropertyValue
    how(0).Name = "FilterName" : how(0).Value = filter
    document.storeToURL(stem & ".pdf", how())
End Sub
