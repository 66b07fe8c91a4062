Attribute VB_Name = "RamkollCommand"
Option Explicit
Option Private Module

' A button's way: which workbook it is about, whether it can be used, and who is asked to do it.

' Whether a button is to be seen as usable with this workbook in front (Nothing: no workbook).
Public Function IsEnabled(ByVal command As String, ByVal book As Object) As Boolean
    Dim wanted As Long
    wanted = KindsFor(command)
    If wanted = KIND_NONE Then
        IsEnabled = True
    Else
        IsEnabled = (KindOf(book) And wanted) <> 0
    End If
End Function

' Start a command on the workbook in front. Gives "" when it has started, else what to tell the user.
Public Function StartCommand(ByVal command As String) As String
    Dim book As Object
    Dim problem As String
    Set book = ActiveBook()
    If KindsFor(command) <> KIND_NONE Then
        problem = Hindrance(book)
        If Len(problem) > 0 Then
            StartCommand = problem
            Exit Function
        End If
    End If
    If UsesPython() And Not HasAddress() Then
        StartCommand = StartPython(command, book)
        Exit Function
    End If
    problem = AskDesk("POST", DESK_CALLS, CallJson(command, book))
    If UsesPython() And DeskIsGone() Then problem = StartPython(command, book)
    StartCommand = problem
End Function

' The workbook in front; Nothing when there is none.
Public Function ActiveBook() As Object
    Set ActiveBook = Application.ActiveWorkbook
End Function

' What keeps a command from being carried out on the workbook in front; "" when nothing does.
Public Function Hindrance(ByVal book As Object) As String
    If IsProtectedView() Then
        Hindrance = "Arbetsboken är öppen i Skyddad vy." & vbLf & _
            "Välj Aktivera redigering i det gula fältet och klicka på knappen igen."
    ElseIf book Is Nothing Then
        Hindrance = "Ingen arbetsbok är öppen." & vbLf & _
            "Öppna arbetsboken och klicka på knappen igen."
    ElseIf Not IsReady() Then
        Hindrance = "Excel är upptaget, till exempel med en cell som du skriver i." & vbLf & _
            "Avsluta cellen med Enter eller Esc och klicka på knappen igen."
    End If
End Function

' What to tell of an error that we did not foresee.
Public Function FailureWords(ByVal number As Long) As String
    FailureWords = "Excel kunde inte göra det just nu (fel " & CStr(number) & ")." & vbLf & _
        "Om du skriver i en cell: avsluta med Enter eller Esc. Klicka sedan på knappen igen. " & _
        "Händer det igen: starta om Excel."
End Function

Private Function IsProtectedView() As Boolean
    Dim shown As Object
    On Error Resume Next
    Set shown = Application.ActiveProtectedViewWindow
    IsProtectedView = Not shown Is Nothing
    On Error GoTo 0
End Function

Private Function IsReady() As Boolean
    IsReady = True
    On Error Resume Next
    IsReady = Application.Ready
    On Error GoTo 0
End Function
